"""Other engines' cases through the desk: `python -m tests.vectors FILE` prints one JSON object, id → amount.

FILE holds a list of cases as `rating-vectors.json` has them, with or without expected values. The adapter only names:
it turns fields into prices, allowances and calls of `lib`, and does no sum of its own. An amount is a decimal string, a
list for an allocation, and null where the case is refused; the reason is then on stderr, and the exit code is 1.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from lib.catalog.allowance import Allowance
from lib.catalog.document import found, nearest
from lib.catalog.price import PER_CENT, Commitment, Conversion, Discount, EventTerms, Price
from lib.catalog.terms import parse_bands
from lib.money import CURRENCIES, Currency, allocate, exact, round_line, text, total
from lib.proration import FeeLine, credit_within, fraction_of, settled
from lib.rating import above_limit, discounted, draw, due, rate_windows, rerated, true_up
from lib.refusal import Refusal
from lib.remittance import units_due

Case = Mapping[str, Any]
Answer = Decimal | list[Decimal]

ROUNDINGS = {"ceil": "up", "floor": "down"}
CREDITS = re.compile(r"CREDITS(\d+)")  # a unit of account with that many decimals
FAULTS = (KeyError, TypeError, ValueError, ArithmeticError, AttributeError)

# What a case may call its model or base model, and what the desk calls it. Names of modifiers say nothing of the price
# under them: that is told by the fields.
MODELS = {
    **{name: name for name in ("flat", "per_unit", "graduated", "volume", "package")},
    "percentage": "percentage",
    "graduated_percentage": "graduated_percentage",
    "dynamic": "cost_multiple",
}
MODIFIERS = {
    "included_free_units",
    "maximum",
    "minimum_commit",
    "commitment_overage",
    "rerating_delta",
    "windowed",
    "unit_conversion",
    "prepaid_credit",
}
# The field that gives a model its price, in the order in which a case without a model is read.
PRICED_BY = {
    "package": "package_price",
    "volume": "tiers",
    "graduated": "tiers",
    "graduated_percentage": "tiers",
    "percentage": "percent",
    "cost_multiple": "multiplier",
    "flat": "flat_amount",
    "per_unit": "unit_price",
}


class CaseError(Refusal):
    """A case that describes no price; the message says what is missing."""


def answer(case: Case) -> Answer:
    """One case → what the desk says: exact, or rounded to the places the case names."""
    result = CALLS.get(case["charge_model"], _due)(case)
    return round_line(result, currency(case)) if isinstance(result, Decimal) and _places(case) is not None else result


def currency(case: Case) -> Currency:
    """The case's currency; `rounding.places`, where given, wins over its exponent."""
    code, places = case.get("currency") or "USD", _places(case)
    if places is not None:
        return Currency(code, places)
    credit = CREDITS.fullmatch(code)
    return Currency(code, int(credit[1])) if credit else found(code, CURRENCIES, "there is no currency")


def price(case: Case) -> Price:
    """The price a case describes, with every modifier it names."""
    model = _model(case)
    has_units = _has(case, "billing_units")
    return Price(
        bands=parse_bands(list(_bands(case, model)), case["id"]),
        model=model,
        unit_size=PER_CENT if "percentage" in model else _unit_size(case, model),
        part_units=(case.get("package_rounding") or "up") if model == "package" else "up" if has_units else "exact",
        currency=currency(case),
        conversion=_conversion(case.get("unit_conversion")),
        per_event=_event_terms(case) if model == "percentage" else None,
        discounts=(Discount(percent=exact(case["percent_discount"])),) if _has(case, "percent_discount") else (),
        maximum=_number(case, "maximum"),
        minimum=_number(case, "minimum"),
        commitment=_commitment(case),
    )


def _model(case: Case) -> str:
    named = case.get("base_model") or case["charge_model"]
    if named in MODELS:
        return MODELS[named]
    if named not in MODIFIERS:
        raise CaseError(
            f"{case['id']} has a model {named!r} that nobody knows; {nearest(named, {*MODELS, *MODIFIERS})}"
        )
    if any(_has(tier, "percent") for tier in case.get("tiers") or ()):
        return "graduated_percentage"
    told = [model for model, field in PRICED_BY.items() if _has(case, field) and model != "volume"]
    return told[0] if told else "per_unit"


def _bands(case: Case, model: str) -> Iterator[dict[str, Any]]:
    """The bands as a document of the book has them; a last band that ends is refused at the book's own door."""
    start = "0"
    for tier in case.get("tiers") or [_only_band(case, model)]:
        unit_price = tier["unit_price"] if _has(tier, "unit_price") else tier.get("percent")
        end = {"up_to": tier["up_to"]} if _has(tier, "up_to") else {}
        yield {"from": start, **end, "unit_price": unit_price or "0", "flat_fee": tier.get("flat_fee") or "0"}
        start = tier.get("up_to")


def _only_band(case: Case, model: str) -> Case:
    field = PRICED_BY[model]
    if not _has(case, field) and not (model == "flat" and _has(case, "amount")):
        raise CaseError(f"{case['id']} has no {field}: a {model} price cannot be without")
    if model == "flat":
        return {"flat_fee": case["flat_amount"] if _has(case, field) else case["amount"]}
    return {"unit_price": case[field]}


def _unit_size(case: Case, model: str) -> Decimal:
    field = "package_size" if model == "package" else "billing_units"
    return exact(case[field]) if _has(case, field) else Decimal(1)


def _allowance(case: Case) -> Allowance:
    """Units taken off: the free ones, and those of a usage discount."""
    return Allowance.of(total(_number(case, field) or Decimal(0) for field in ("free_units", "usage_discount")))


def _conversion(fields: Case | None) -> Conversion | None:
    if fields is None:
        return None
    rounding = fields.get("round") or "none"
    decimals = 0 if rounding == "none" else _whole(fields, "precision") or 0
    return Conversion(fields["op"], exact(fields["factor"]), ROUNDINGS.get(rounding, rounding), decimals)


EVENT_FIELDS = ("events", "fixed_per_event", "free_events", "free_amount", "per_event_min", "per_event_max")


def _event_terms(case: Case) -> EventTerms | None:
    if not any(_has(case, field) for field in EVENT_FIELDS):
        return None
    return EventTerms(
        fixed=_number(case, "fixed_per_event") or Decimal(0),
        free_events=_whole(case, "free_events"),
        free_amount=_number(case, "free_amount"),
        minimum=_number(case, "per_event_min"),
        maximum=_number(case, "per_event_max"),
    )


def _commitment(case: Case) -> Commitment | None:
    if not _has(case, "commitment"):
        return None
    counted_in = case.get("commitment_type") or "amount"
    factor = exact(case["overage_factor"]) if _has(case, "overage_factor") else Decimal(1)
    return Commitment(exact(case["commitment"]), counted_in, factor, bool(case.get("true_up")))


def _due(case: Case) -> Decimal:
    """Every case that is a price over a quantity, whatever modifier is under test."""
    if _has(case, "minimum") and not _is_priced(case):
        fees, prorated = _numbers(case, "fees"), _numbers(case, "prorated_fees")
        return true_up(exact(case["minimum"]), fees, prorated, _part(case.get("proration")), currency(case))
    events = _numbers(case, "events") if _has(case, "events") else None
    return due(
        price(case),
        _allowance(case),
        _quantity(case),
        _number(case, "previous_quantity"),
        _number(case, "previously_billed"),
        events=events,
        picked_by=_number(case, "tier_lookup_quantity"),
        is_final=case.get("apply_minimum") is not False,
        fraction=_part(case.get("proration")),
    )


def _is_priced(case: Case) -> bool:
    """Whether a case has a price at all; a minimum over fees alone has none."""
    return any(_has(case, field) for field in ("base_model", *PRICED_BY.values()))


def _quantity(case: Case) -> Decimal:
    """The quantity; of events that bring none, their sum; a flat price has no use for one."""
    if _has(case, "quantity"):
        return exact(case["quantity"])
    if _has(case, "events"):
        return total(_numbers(case, "events"))
    if _model(case) == "flat":
        return Decimal(0)
    raise CaseError(f"{case['id']} has no quantity")


def _rerated(case: Case) -> Decimal:
    was, is_final = exact(case["previous_quantity"]), case.get("apply_minimum") is not False
    return rerated(price(case), _allowance(case), was, _quantity(case), is_final=is_final)


def _windows(case: Case) -> Decimal:
    """Windows are quantities, or cases of their own that say only what differs."""
    own = [window if isinstance(window, Mapping) else {"quantity": window} for window in case["windows"]]
    asked = ((price(one := {**case, **window}), _allowance(one), _quantity(one)) for window in own)
    return rate_windows(asked, is_final=case.get("apply_minimum") is not False)


def _after_credits(case: Case) -> Decimal:
    told = next((case[field] for field in ("due", "amount") if _has(case, field)), None)
    return draw(_due(case) if told is None else exact(told), _numbers(case, "credits")).left


def _prorated(case: Case) -> Decimal:
    lines = (
        FeeLine(
            fee=exact(line["amount"]),
            fraction=_part(line),
            quantity=exact(line["quantity"]) if _has(line, "quantity") else Decimal(1),
            is_credit=bool(line.get("credit")),
        )
        for line in case["lines"]
    )
    return settled(lines, currency(case), _number(case, "credit_cap"))


def _coupons(case: Case) -> Decimal:
    coupons = (Discount(_number(coupon, "percent"), _number(coupon, "fixed")) for coupon in case["coupons"])
    return discounted(exact(case["amount"]), coupons)


def _remitted(case: Case) -> Decimal:
    contract, remitted = (_number(case, field) or Decimal(0) for field in ("contract_units", "remitted"))
    factor = exact(case["billing_factor"]) if _has(case, "billing_factor") else Decimal(1)
    return Decimal(units_due(exact(case["total_usage"]), contract, remitted, factor).units)


CALLS: Mapping[str, Callable[[Case], Answer]] = {
    "rounding": lambda case: round_line(exact(case["amount"]), currency(case)),
    "rerating_delta": _rerated,
    "windowed": _windows,
    "commitment_overage": _windows,
    "prepaid_credit": _after_credits,
    "proration": _prorated,
    "proration_credit_cap": lambda case: credit_within(
        exact(case["potential_credit"]), exact(case["amount_paid"]), _number(case, "previous_credits") or Decimal(0)
    ),
    "discount": _coupons,
    "allocation": lambda case: list(allocate(exact(case["amount"]), _numbers(case, "weights"), currency(case))),
    "max_spend_overage": lambda case: above_limit(
        exact(case["amount"]), exact(case["maximum"]), _number(case, "previously_billed") or Decimal(0)
    ),
    "marketplace_remit": _remitted,
}


def _has(case: Case, field: str) -> bool:
    """Whether a case says something under a name; null says nothing."""
    return case.get(field) is not None


def _places(case: Case) -> int | None:
    rounding = case.get("rounding")
    return _whole(rounding, "places") if isinstance(rounding, Mapping) else None


def _part(fraction: Case | None) -> Fraction:
    if fraction is None:
        return Fraction(1)
    return fraction_of(exact(fraction["numerator"]), exact(fraction["denominator"]))


def _whole(case: Case, key: str) -> int | None:
    return int(exact(case[key])) if _has(case, key) else None


def _number(case: Case, key: str) -> Decimal | None:
    return exact(case[key]) if _has(case, key) else None


def _numbers(case: Case, key: str) -> list[Decimal]:
    return [exact(value) for value in case.get(key) or ()]


def main(file: str) -> int:
    """Print every answer of a file as one JSON object; what cannot be answered is null, and stderr says why."""
    answers: dict[str, str | list[str] | None] = {}
    for case in json.loads(Path(file).read_text(encoding="utf-8"), parse_float=Decimal):
        try:
            told = answer(case)
            answers[case["id"]] = text(told) if isinstance(told, Decimal) else [text(part) for part in told]
        except (Refusal, *FAULTS) as problem:
            answers[case["id"]] = None
            print(
                f"{case['id']}: {problem}" if isinstance(problem, Refusal) else f"{case['id']}: {problem!r}",
                file=sys.stderr,
            )
    print(json.dumps(answers, indent=1))
    return 1 if None in answers.values() else 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit("usage: python -m tests.vectors FILE")
    sys.exit(main(sys.argv[1]))
