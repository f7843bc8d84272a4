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

from lib.catalog.allowance import NOTHING_INCLUDED, Allowance
from lib.catalog.document import found
from lib.catalog.price import PER_CENT, Commitment, Conversion, Discount, EventTerms, Price, parse_bands
from lib.money import CURRENCIES, Currency, allocate, exact, round_line, text
from lib.proration import FeeLine, credit_within, settled
from lib.rating import above_limit, discounted, draw, due, rate, rate_windows, rerated, true_up
from lib.refusal import Refusal
from lib.remittance import units_due

Case = Mapping[str, Any]
Answer = Decimal | list[Decimal]

# What the engines call a model, where the desk calls it something else.
MODELS = {"dynamic": "cost_multiple", "included_free_units": "per_unit", "rerating_delta": "per_unit"}
ROUNDINGS = {"ceil": "up", "floor": "down"}
CREDITS = re.compile(r"CREDITS(\d)")  # a unit of account with that many decimals


def answer(case: Case) -> Answer:
    """One case → what the desk says: exact, or rounded to the places the case names."""
    kind = case["charge_model"]
    result = CALLS.get(kind, _due)(case)
    return round_line(result, currency(case)) if isinstance(result, Decimal) and _places(case) is not None else result


def currency(case: Case) -> Currency:
    """The case's currency; `rounding.places`, where given, wins over its exponent."""
    code, places = case.get("currency") or "USD", _places(case)
    credit = CREDITS.fullmatch(code)
    known = Currency(code, int(credit[1])) if credit else found(code, CURRENCIES, "there is no currency")
    return known if places is None else Currency(code, places)


def price(case: Case) -> Price:
    """The price a case describes, with every modifier it names."""
    named = case.get("base_model") or case["charge_model"]
    model = MODELS.get(named, named) if named in KNOWN else "graduated" if "tiers" in case else "per_unit"
    is_percentage, is_package = "percentage" in model, model == "package"
    size = PER_CENT if is_percentage else exact(case.get("package_size") or case.get("billing_units") or "1")
    return Price(
        bands=parse_bands(list(_bands(case)), case["id"]),
        model=model,
        unit_size=size,
        part_units=case.get("package_rounding", "up") if is_package else "up" if "billing_units" in case else "exact",
        currency=currency(case),
        conversion=_conversion(case.get("unit_conversion")),
        per_event=_event_terms(case) if "events" in case else None,
        discounts=(Discount(percent=exact(case["percent_discount"])),) if case.get("percent_discount") else (),
        maximum=_number(case, "maximum"),
        minimum=_number(case, "minimum"),
        commitment=_commitment(case),
    )


# Every model a case may name as its own or as the base of a modifier; anything else is told by its fields.
KNOWN = {
    "flat",
    "per_unit",
    "graduated",
    "volume",
    "package",
    "percentage",
    "graduated_percentage",
    "dynamic",
    "included_free_units",
}


def _bands(case: Case) -> Iterator[dict[str, Any]]:
    """The bands as a document of the book has them; a last band that ends is refused at the book's own door."""
    start = "0"
    for tier in case.get("tiers") or [_only_band(case)]:
        unit_price = tier.get("percent") if tier.get("unit_price") is None else tier["unit_price"]
        end = {} if tier["up_to"] is None else {"up_to": tier["up_to"]}
        yield {"from": start, **end, "unit_price": unit_price or "0", "flat_fee": tier.get("flat_fee") or "0"}
        start = tier["up_to"]


def _only_band(case: Case) -> Case:
    names = ("unit_price", "package_price", "multiplier", "percent")
    unit_price = next((case[name] for name in names if case.get(name) is not None), "0")
    flat = "flat_amount" if case.get("flat_amount") is not None else "amount"
    return {"up_to": None, "unit_price": unit_price, "flat_fee": case.get(flat)}


def _allowance(case: Case) -> Allowance:
    free = case.get("free_units") or case.get("usage_discount")
    return Allowance.of(free) if free else NOTHING_INCLUDED


def _conversion(fields: Case | None) -> Conversion | None:
    if fields is None:
        return None
    rounding = fields.get("round") or "none"
    decimals = int(fields.get("precision") or 0)
    return Conversion(fields["op"], exact(fields["factor"]), ROUNDINGS.get(rounding, rounding), decimals)


def _event_terms(case: Case) -> EventTerms:
    return EventTerms(
        fixed=exact(case.get("fixed_per_event") or "0"),
        free_events=case.get("free_events"),
        free_amount=_number(case, "free_amount"),
        minimum=_number(case, "per_event_min"),
        maximum=_number(case, "per_event_max"),
    )


def _commitment(case: Case) -> Commitment | None:
    if case.get("commitment") is None:
        return None
    counted_in, factor = case.get("commitment_type") or "amount", exact(case.get("overage_factor") or "1")
    return Commitment(exact(case["commitment"]), counted_in, factor, bool(case.get("true_up")))


def _due(case: Case) -> Decimal:
    """Every case that is a price over a quantity, whatever modifier is under test."""
    if "fees" in case or "prorated_fees" in case:
        return true_up(
            exact(case["minimum"]), _numbers(case, "fees"), _numbers(case, "prorated_fees"), _part(case), currency(case)
        )
    quantity, is_final = exact(case["quantity"]), case.get("apply_minimum") is not False
    if "events" in case:
        return _exact(rate(price(case), _allowance(case), quantity, events=_numbers(case, "events")).exact)
    if case.get("tier_lookup_quantity") is not None:
        picked_by = exact(case["tier_lookup_quantity"])
        return _exact(rate(price(case), _allowance(case), quantity, picked_by=picked_by).exact)
    before, billed = _number(case, "previous_quantity"), _number(case, "previously_billed")
    return due(price(case), _allowance(case), quantity, before, billed, is_final=is_final, fraction=_part(case))


def _rerated(case: Case) -> Decimal:
    return rerated(price(case), _allowance(case), exact(case["previous_quantity"]), exact(case["quantity"]))


def _windows(case: Case) -> Decimal:
    """Windows are quantities, or cases of their own that say only what differs."""
    own = [window if isinstance(window, Mapping) else {"quantity": window} for window in case["windows"]]
    return rate_windows((price(one := {**case, **window}), _allowance(one), exact(one["quantity"])) for window in own)


def _after_credits(case: Case) -> Decimal:
    told = case.get("due") or case.get("amount")
    owed = exact(told) if told else _due({**case, "charge_model": case.get("base_model") or "per_unit"})
    return draw(owed, _numbers(case, "credits")).left


def _prorated(case: Case) -> Decimal:
    lines = (
        FeeLine(
            fee=exact(line["amount"]),
            fraction=_part({"proration": line}),
            quantity=exact(line.get("quantity") or "1"),
            is_credit=bool(line.get("credit")),
        )
        for line in case["lines"]
    )
    return settled(lines, currency(case), _number(case, "credit_cap"))


def _coupons(case: Case) -> Decimal:
    coupons = (Discount(_number(coupon, "percent"), _number(coupon, "fixed")) for coupon in case["coupons"])
    return discounted(exact(case["amount"]), coupons)


CALLS: Mapping[str, Callable[[Case], Answer]] = {
    "rounding": lambda case: round_line(exact(case["amount"]), currency(case)),
    "rerating_delta": _rerated,
    "windowed": _windows,
    "commitment_overage": _windows,
    "prepaid_credit": _after_credits,
    "proration": _prorated,
    "proration_credit_cap": lambda case: credit_within(
        exact(case["potential_credit"]), exact(case["amount_paid"]), exact(case["previous_credits"])
    ),
    "discount": _coupons,
    "allocation": lambda case: list(allocate(exact(case["amount"]), _numbers(case, "weights"), currency(case))),
    "max_spend_overage": lambda case: above_limit(
        exact(case["amount"]), exact(case["maximum"]), exact(case["previously_billed"])
    ),
    "marketplace_remit": lambda case: Decimal(
        units_due(
            exact(case["total_usage"]),
            exact(case["contract_units"]),
            exact(case["remitted"]),
            exact(case["billing_factor"]),
        ).units
    ),
}


def _places(case: Case) -> int | None:
    rounding = case.get("rounding")
    return rounding.get("places") if isinstance(rounding, Mapping) else None


def _part(case: Case) -> Fraction:
    fraction = case.get("proration")
    return Fraction(int(fraction["numerator"]), int(fraction["denominator"])) if fraction else Fraction(1)


def _number(case: Case, key: str) -> Decimal | None:
    return None if case.get(key) is None else exact(case[key])


def _numbers(case: Case, key: str) -> list[Decimal]:
    return [exact(value) for value in case.get(key) or ()]


def _exact(amount: Decimal | None) -> Decimal:
    assert amount is not None, "a case without a number for its allowance has no price"
    return amount


def main(file: str) -> int:
    """Print every answer of a file as one JSON object; refusals go to stderr."""
    answers: dict[str, str | list[str] | None] = {}
    for case in json.loads(Path(file).read_text(encoding="utf-8"), parse_float=Decimal):
        try:
            told = answer(case)
            answers[case["id"]] = text(told) if isinstance(told, Decimal) else [text(part) for part in told]
        except Refusal as refusal:
            answers[case["id"]] = None
            print(f"{case['id']}: {refusal}", file=sys.stderr)
    print(json.dumps(answers, indent=1))
    return 1 if None in answers.values() else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.vectors FILE")
    sys.exit(main(sys.argv[1]))
