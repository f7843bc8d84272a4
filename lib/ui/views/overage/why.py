"""Why this amount: every charge of a bill in sentences and rows, from what is included down to the rounded line."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from lib.catalog.book import Dimension
from lib.rating import Charge
from lib.simulator.bill import Bill
from lib.ui import cards, frames, numbers
from lib.ui.views.overage import bills
from lib.ui.views.overage.question import Question

_HEADERS = {
    "dimension": "Dimension",
    "part": "Part",
    "part_quantity": "Quantity",
    "priced": "Priced at",
    "before_rounding": "Amount before rounding",
    "line_usd": "Line",
}
_PARTS = tuple(_HEADERS)
_QUIET = {
    "within_allowance": "within the allowance",
    "unlimited": "unlimited",
    "not_offered": "not offered: no price, so no total",
    "by_contract": "by contract: needs a private offer",
}
NO_CARD = (
    "On AWS Marketplace the included quantities and the volume bands are worked out by us before metering: a rate card "
    "there holds one price per dimension and cannot hold them."
)


def show(asked: Question, bill: Bill) -> None:
    """The bill as a sum, each line that costs something as a sentence, and all of it as rows."""
    cards.heading(heading(asked, bill))
    cards.sentence("\n".join(f"- {told}" for told in sentences(asked, bill)))
    cards.table(parts(bill, asked.dimensions), "overage_lines", _HEADERS, asked.legend)
    if bill.rail == "aws":
        cards.note(NO_CARD)


def heading(asked: Question, bill: Bill) -> str:
    """What the bill comes to, and of what."""
    whose = f"{cards.plain(asked.own.name)}'s own bill" if asked.own and bill is asked.contract else ""
    name = whose or asked.legend.name(bill.plan_key)
    if bill.total is None:
        return f"{name} has no total: {bills.told(bill.obstacles[0])}"
    when = "" if asked.month.is_over else " at the middle of the range"
    total, base = numbers.exact_money(bill.total), numbers.exact_money(bill.base)
    true_up = f" + {numbers.exact_money(bill.true_up)} up to the contract's minimum" if bill.true_up else ""
    return f"{name}{when}: {total} = {base} base + {numbers.exact_money(bill.overage)} above the allowances{true_up}"


def sentences(asked: Question, bill: Bill) -> Iterator[str]:
    """The base fee, the lines of contracts that ended within the month, and those of the plan."""
    if bill.base is not None:
        yield _base(asked, bill)
    for one in bill.earlier:
        for told in _line_sentences(one, asked.dimensions):
            yield f"{asked.legend.name(one.plan_key)}, before the change: {told}"
    yield from _line_sentences(bill, asked.dimensions)


def _line_sentences(bill: Bill, dimensions: Mapping[str, Dimension]) -> Iterator[str]:
    """Every line with an amount, and in one breath each what costs nothing and what has no price."""
    for key, charge in bill.charges.items():
        if charge.amount:
            yield line_words(charge, dimensions[key])
    for status, words in _QUIET.items():
        keys = [key for key, one in bill.charges.items() if one.status == status and one.quantity and not one.amount]
        if keys:
            yield f"{', '.join(_quiet(key, bill.charges[key]) for key in keys)}: {words}."


def line_words(charge: Charge, item: Dimension) -> str:
    """One charge as a sum in words: used, included, above; each band; each modifier; the rounded line."""
    quantities = (charge.quantity, charge.included, charge.overage)
    used, included, above = map(numbers.quantity, quantities)
    converted = "" if charge.counted == charge.quantity else f", counted as {numbers.quantity(charge.counted)}"
    bands = " + ".join(_priced(band, item) for band in charge.bands) or f"{len(charge.events)} events"
    steps = "".join(f"; {step.words} ({numbers.change(step.effect)})" for step in charge.steps)
    exact = "" if charge.exact == charge.amount else f" {numbers.unit_price(charge.exact)}, rounded"
    counted = f"{numbers.name(item.key)}: {used} used{converted}, {included} included, {above} above"
    return f"{counted}. {bands}{steps} ={exact} **{numbers.exact_money(charge.amount)}**"


def parts(bill: Bill, dimensions: Mapping[str, Dimension]) -> pd.DataFrame:
    """Every part of every charge as a row, the rounded line on its dimension's last."""
    return _frame(_bill_rows(bill, dimensions), _PARTS)


def all_parts(some: Sequence[Bill], dimensions: Mapping[str, Dimension]) -> pd.DataFrame:
    """The parts of several bills, each row with its plan and rail."""
    whose = ({**row, "plan_key": one.plan_key, "rail": one.rail} for one in some for row in _bill_rows(one, dimensions))
    return _frame(whose, ("plan_key", "rail", *_PARTS))


def _bill_rows(bill: Bill, dimensions: Mapping[str, Dimension]) -> Iterator[dict[str, Any]]:
    for one in bill.earlier:
        for row in _bill_rows(one, dimensions):
            yield {**row, "part": f"{numbers.name(one.plan_key)}: {row['part']}"}
    for key, charge in bill.charges.items():
        yield from _rows(charge, dimensions[key])


def _frame(rows: Iterable[dict[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    listed = list(rows)
    return pd.DataFrame({name: frames.column(row.get(name) for row in listed) for name in columns})


def _rows(charge: Charge, item: Dimension) -> list[dict[str, Any]]:
    included: dict[str, Any] = {
        "dimension": item.key,
        "part": _included(charge),
        "part_quantity": charge.quantity if charge.amount is None else charge.included,
        "priced": "no price" if charge.amount is None else "included",
    }
    rows = [included, *(_band_row(charge, place, item) for place in range(len(charge.bands)))]
    rows += [
        {"dimension": item.key, "part": step.words, "before_rounding": numbers.unit_price(step.effect)}
        for step in charge.steps
    ]
    rows[-1]["line_usd"] = charge.amount
    return rows


def _band_row(charge: Charge, place: int, item: Dimension) -> dict[str, Any]:
    band = charge.bands[place]
    above = f"band above {numbers.quantity(band.from_quantity)}" if band.from_quantity else "above the allowance"
    return {
        "dimension": item.key,
        "part": above,
        "part_quantity": band.quantity,
        "priced": f"{numbers.unit_price(band.unit_price)} {bills.per_unit(item)}",
        "before_rounding": numbers.unit_price(band.amount),
    }


def _included(charge: Charge) -> str:
    if charge.allowance.quantity is None:
        return str(charge.allowance)
    return f"of {numbers.quantity(charge.allowance.quantity)} included"


def _priced(band: Any, item: Dimension) -> str:
    fee = f" and {numbers.exact_money(band.flat_fee)} for entering the band" if band.flat_fee else ""
    return f"{numbers.quantity(band.quantity)} at {numbers.unit_price(band.unit_price)} {bills.per_unit(item)}{fee}"


def _base(asked: Question, bill: Bill) -> str:
    base = numbers.exact_money(bill.base)
    if asked.own is not None and bill is asked.contract:
        terms = "its private offer's price and allowances" if asked.own.is_private else "price and rates that reach it"
        return f"{base} base a month on {asked.legend.name(bill.plan_key)}, {asked.legend.name(bill.rail)}: {terms}."
    share = "the list price" if bill.term == "monthly" else "a twelfth of the list price, rounded to the cent"
    return f"{base} base a month: {share}."


def _quiet(key: str, charge: Charge) -> str:
    return f"{numbers.name(key)} ({numbers.quantity(charge.quantity)})"
