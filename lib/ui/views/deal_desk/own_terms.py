"""What an offer has of its own beyond term and price: ramp, minimum, something extra, allowances and unit prices."""

from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.catalog.document import BookError, shown
from lib.catalog.price import Band
from lib.desk.offered_to import Company
from lib.money import MoneyError, exact
from lib.offers import Extra, OfferError, OfferRules
from lib.savings.spend import SavingsError
from lib.savings.typed import number
from lib.ui import cards, controls, numbers

_PERCENT, _LEAST_WIDTH = Decimal(100), 150
_MINIMUM = {"none": "None", "month": "A month", "year": "A year"}
Allowances = tuple[tuple[str, Allowance], ...]
Bands = tuple[tuple[str, tuple[Band, ...]], ...]


@dataclass(frozen=True)
class Own:
    """What an offer has beyond term and price."""

    ramp: tuple[Decimal, ...]
    minimum_monthly: Decimal | None
    minimum_yearly: Decimal | None
    extras: tuple[Extra, ...]
    allowances: Allowances
    bands: Bands


def asked(to: Company, tier: str, years: int, book: Book, rules: OfferRules) -> Own:
    """Ask for what the offer has of its own: ramp, minimum, something extra, allowances and unit prices."""
    with st.expander("Ramp, minimum, extras, own allowances and unit prices", icon=":material/tune:"):
        with st.grid(4, min_column_width=_LEAST_WIDTH):
            ramp = _texts("offer_ramp", "Ramp, percent of each year", "60, 80, 100")
            least = controls.choice("offer_minimum_of", "Minimum on usage", _MINIMUM)
            minimum = amount("offer_minimum", "Minimum, in dollars", "none", 100)
            extra = _texts("offer_extra", "Something extra", "Dedicated tenancy")
            extra_price = amount("offer_extra_price", "Its price a year", "none", 1000)
        allowances, bands = _dimensions(to, tier, book, rules)
    return Own(
        ramp=_ramp(ramp, years),
        minimum_monthly=minimum if least == "month" else None,
        minimum_yearly=minimum if least == "year" else None,
        extras=(Extra(extra, extra_price or Decimal(0)),) if extra else (),
        allowances=allowances,
        bands=bands,
    )


def _texts(key: str, label: str, empty: str) -> str:
    return str(st.text_input(label, key=key, bind="query-params", placeholder=empty) or "").strip()


def _ramp(written: str, years: int) -> tuple[Decimal, ...]:
    """Percentages separated by commas → each year's part; refused where they do not fit the years."""
    if not written:
        return ()
    try:
        return tuple(exact(part.strip().removesuffix("%").strip()) / _PERCENT for part in written.split(","))
    except MoneyError:
        raise OfferError(
            f"a ramp of {shown(written)} cannot be read; write {years} percentages, as in {_example(years)}"
        ) from None


def _example(years: int) -> str:
    return ", ".join(["60", "80", "100"][-years:])


def _dimensions(to: Company, tier: str, book: Book, rules: OfferRules) -> tuple[Allowances, Bands]:
    """Ask for each dimension's own allowance and unit price; what is left empty is today's offer's, else the tier's."""
    rail, most = rules.rail, _largest_price(rules)
    running = dict(to.own_offer.allowances) if to.own_offer and to.tier == tier else {}
    cards.note(
        "Included each month, as a quantity or *unlimited*, and the price of a unit above it. What is left empty is "
        + ("what today's offer says." if running else "what the tier says.")
    )
    allowances: dict[str, Allowance] = dict(running)
    bands: dict[str, tuple[Band, ...]] = {}
    with st.grid(4, min_column_width=_LEAST_WIDTH):
        for key, item in book.dimensions.items():
            usual = running.get(key, book.allowance(rail, tier, key))
            if written := _texts(f"offer_{key}", f"{item.name}, included", _included(usual)):
                allowances[key] = _allowance(written, item.name)
    with st.grid(4, min_column_width=_LEAST_WIDTH):
        for key, item in book.dimensions.items():
            unit = f"{numbers.count(item.unit_size)} {item.unit}s" if item.unit_size > 1 else item.unit
            listed = numbers.unit_price(book.price(rail, key).bands[0].unit_price)
            if written := _texts(f"offer_{key}_price", f"{item.name}, per {unit}", listed):
                bands[key] = (Band(Decimal(0), _unit_price(written, item.name, most)),)
    return tuple(sorted(allowances.items())), tuple(sorted(bands.items()))


def _included(allowance: Allowance) -> str:
    return allowance.kind if allowance.quantity is None else numbers.quantity(allowance.quantity)


def _allowance(written: str, name: str) -> Allowance:
    where = f"what is included of {name}"
    try:
        is_quantity = any(letter.isdigit() for letter in written)
        return Allowance.of(number(written, where) if is_quantity else written.lower(), where)
    except (BookError, SavingsError) as problem:
        raise OfferError(str(problem)) from None


def _unit_price(written: str, name: str, most: Decimal | None) -> Decimal:
    where = f"the unit price of {name}"
    try:
        price = number(written, where)
    except SavingsError:
        raise OfferError(f"{where} is {shown(written)}; write an amount as in 0.05") from None
    if price < 0 or (most is not None and price > most):
        end = f"zero to {numbers.exact_money(most)}, the largest that AWS takes" if most is not None else "zero or more"
        raise OfferError(f"{where} is {shown(written)}; write {end}")
    return price


def _largest_price(rules: OfferRules) -> Decimal | None:
    """The largest price AWS takes, in USD; None where data/offers.toml has no such limit."""
    found = [one.limit for one in rules.limits if one.measure == "largest_price"]
    return next((limit for limit in found if isinstance(limit, Decimal)), None)


def amount(key: str, label: str, empty: str, step: int) -> Decimal | None:
    """An amount in dollars; None while the field is empty, which `empty` tells what it means."""
    bound = controls.bound_number(key, label, 0) if st.query_params.get(key) else "query-params"
    typed = st.number_input(label, 0.0, None, None, float(step), format="%.2f", key=key, bind=bound, placeholder=empty)
    return None if typed is None else Decimal(f"{typed:.2f}")
