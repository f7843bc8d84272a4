"""What the meter was told and what buyers are entitled to, against our usage and our contracts."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from lib.contracts import Contract
from lib.desk.payouts import held
from lib.payouts import Entitled, entitlements, metered
from lib.reconciliation import MeterLine

JUNE, AS_OF = date(2026, 6, 1), date(2026, 7, 31)


def meter_line(rated: str, told: str, **known: str) -> MeterLine:
    amounts = {"due": "0", "carried": "0", "unsent": "0", "uncorrectable": "0", **known}
    return MeterLine(
        "aws", "c-1", "agmt-1", "words", JUNE, Decimal(rated), Decimal(told),
        **{name: Decimal(amount) for name, amount in amounts.items()}, told_by="records",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "verdict", "words"),
    [
        (meter_line("12.00", "12.00"), "matched", "to the cent"),
        (meter_line("12.00", "10.00", due="2.00"), "timing", "$2.00 still goes to the meter"),
        (meter_line("12.00", "13.00", carried="-1.00"), "timing", "$1.00 is carried"),
        (meter_line("12.00", "10.00", unsent="2.00"), "amount differs", "$2.00 was never billed"),
        (meter_line("12.00", "13.00", uncorrectable="1.00"), "amount differs", "$1.00 is billed too much"),
        (meter_line("12.00", "0", unsent="12.00"), "missing there", "can never be billed"),
        (meter_line("0", "12.00", uncorrectable="12.00"), "missing here", "no usage of ours is that"),
    ],
)
def test_a_month_of_the_meter(line: MeterLine, verdict: str, words: str) -> None:
    [right] = metered([line])
    assert (right.kind, right.verdict, right.month) == ("usage", verdict, JUNE)
    assert words in right.reason
    assert right.difference == line.metered - line.rated


def entitled(item: str, quantity: int = 1, contract: str = "agmt-1", until: date | None = None) -> Entitled:
    return Entitled("aws", "c-1", contract, item, Decimal(quantity), until)


@pytest.mark.parametrize(
    ("plan_key", "term", "item"),
    [
        ("starter-annual", "annual", "starter"),
        ("starter-annual", "three_year", "starter"),  # an offer of three years of a yearly plan
        ("enterprise-custom", "two_year", "enterprise"),
        ("beta", "monthly", "beta"),  # a plan whose key names no term
        ("pay-as-you-go", "monthly", "pay-as-you-go"),
    ],
)
def test_a_plan_is_held_by_the_name_the_listing_gives_it(plan_key: str, term: str, item: str) -> None:
    contract = Contract("agmt-1", "c-1", "aws", plan_key, "starter", term, JUNE)
    mine = held(contract, AS_OF)
    assert [(one.item, one.quantity) for one in mine] == [(item, Decimal(1))]
    assert [right.verdict for right in entitlements(mine, [entitled(item)], AS_OF)] == ["matched"]


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ([entitled("starter")], [entitled("starter", until=date(2027, 1, 1))], {"starter": "matched"}),
        ([entitled("starter")], [], {"starter": "missing there"}),
        ([], [entitled("starter")], {"starter": "missing here"}),
        ([entitled("starter")], [entitled("accelerate")], {"starter": "missing there", "accelerate": "missing here"}),
        ([entitled("team_seats", 25)], [entitled("team_seats", 40)], {"team_seats": "amount differs"}),
        # ended the day before: the rail has not renewed it yet, or we have not noticed its end
        ([entitled("starter")], [entitled("starter", until=date(2026, 7, 30))], {"starter": "timing"}),
        ([entitled("starter")], [entitled("starter", until=AS_OF)], {"starter": "matched"}),  # its last day
        ([], [entitled("starter", until=date(2026, 7, 30))], {"starter": "timing"}),
    ],
)
def test_an_entitlement(ours: list[Entitled], theirs: list[Entitled], expected: dict[str, str]) -> None:
    found: list[Any] = list(entitlements(ours, theirs, AS_OF))
    assert {right.item: right.verdict for right in found} == expected
    assert sum(right.difference for right in found) == sum(one.quantity for one in theirs) - sum(
        one.quantity for one in ours
    )


def test_entitlements_of_two_contracts_are_two_lines() -> None:
    found = entitlements([entitled("starter"), entitled("starter", contract="agmt-2")], [entitled("starter")], AS_OF)
    assert [(right.contract_id, right.verdict) for right in found] == [
        ("agmt-1", "matched"),
        ("agmt-2", "missing there"),
    ]
