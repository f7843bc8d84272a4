"""Fees that a rail charges in rows of their own: one line a month, and not a difference in every sale."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import rails
from lib.payouts import Expected, PayoutLine, Sold, Stated, charged_apart, classed, expected_fee
from lib.rails import Sale
from tests.conftest import ROOT

RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
JUNE_4, JUNE_30, JULY_4, AS_OF = date(2026, 6, 4), date(2026, 6, 30), date(2026, 7, 4), date(2026, 8, 31)


def sale(reference: str, amount: str, on: date = JUNE_4, rail: str = "stripe", method: str = "card") -> Expected:
    sold = (Sold(Sale(rail=rail, method=method, amount=Decimal(amount), on=on)),)
    kept = expected_fee(RAILS, sold)
    return Expected(rail, reference, "c-1", on, Decimal(amount), kept.amount, kept.words, sold=sold)


def stated(reference: str, gross: str, fee: str, on: date = JUNE_4) -> Stated:
    return Stated("stripe", reference, None, on, Decimal(gross), Decimal(fee), paid_on=AS_OF)


# 299 by card: 8.97, and 2.09 for Billing; 1,499: 43.77 and 10.49
SALES = [sale("in_1", "299.00"), sale("in_2", "1499.00")]
TAKEN = [stated("in_1", "299.00", "8.97"), stated("in_2", "1499.00", "43.77")]


def told(ours: list[Expected], theirs: list[Stated]) -> dict[str, PayoutLine]:
    return {line.reference: line for line in classed(*charged_apart(ours, theirs, RAILS), RAILS, AS_OF)}


def test_a_months_fee_of_its_own_is_held_against_the_parts_it_stands_for() -> None:
    """2.09 + 10.49 = 12.58, charged in two rows that name no invoice."""
    rows = [stated("txn_8", "0.00", "2.09", JUNE_30), stated("txn_9", "0.00", "10.49", JUNE_30)]
    found = told(SALES, [*TAKEN, *rows])
    assert {name: line.verdict for name, line in found.items()} == {
        "in_1": "matched",
        "in_2": "matched",
        "fees charged apart in 2026-06": "matched",
    }
    assert found["fees charged apart in 2026-06"].expected_fee == Decimal("12.58")


def test_a_wrong_sum_differs_once() -> None:
    """0.7 % of 1,798.00 at once is 12.586, which is 12.59: a cent more than the two lines rounded."""
    found = told(SALES, [*TAKEN, stated("txn_9", "0.00", "12.59", JUNE_30)])
    assert [line.verdict for line in found.values()].count("matched") == 2
    line = found["fees charged apart in 2026-06"]
    assert (line.verdict, line.fee_difference) == ("fee differs", Decimal("0.01"))
    assert "a part of the fee of 2 sales" in line.reason


@pytest.mark.parametrize(
    "rows",
    [
        [],  # nothing was charged apart: the part is missing from each
        [stated("txn_9", "0.00", "12.58", JULY_4)],  # another month's
    ],
)
def test_where_its_month_has_no_fee_apart_each_sale_says_so(rows: list[Stated]) -> None:
    found = told(SALES, [*TAKEN, *rows])
    assert [found[name].verdict for name in ("in_1", "in_2")] == ["fee differs", "fee differs"]
    assert "without its billing part" in found["in_1"].reason
    assert all(found[row.reference].verdict == "missing here" for row in rows)


OCTOBER_30, OCTOBER_31, NOVEMBER_15 = date(2026, 10, 30), date(2026, 10, 31), date(2026, 11, 15)
AT_THE_EDGE = [sale(f"in_{on:%m%d}", "299.00", on) for on in (OCTOBER_30, OCTOBER_31, NOVEMBER_15)]
TAKEN_AT_THE_EDGE = [stated(line.reference, "299.00", "8.97", line.on) for line in AT_THE_EDGE]


@pytest.mark.parametrize(
    ("rows", "october", "november"),
    [
        # every Billing row of 2.09 a day after its sale: that of 31 October is charged in November
        ([("2.09", OCTOBER_31), ("2.09", date(2026, 11, 1)), ("2.09", date(2026, 11, 16))], "0.00", "0.00"),
        # the same as sums, 2.09 in October and 2 x 2.09 in November
        ([("2.09", OCTOBER_31), ("4.18", date(2026, 11, 30))], "0.00", "0.00"),
        # one was never charged: the fees of October leave it open, those of November too, and it is told once
        ([("2.09", OCTOBER_31), ("2.09", date(2026, 11, 16))], "0.00", "-2.09"),
        # October's fees are no sum of its parts: nothing is carried, and each month stands for itself
        ([("2.00", OCTOBER_31), ("2.09", date(2026, 11, 16))], "-2.18", "0.00"),
        # one too many in November is not hidden by October
        ([("4.18", OCTOBER_31), ("2.09", date(2026, 11, 16)), ("2.09", date(2026, 11, 17))], "0.00", "2.09"),
    ],
)
def test_a_fee_charged_a_day_after_its_sale_is_that_sales_in_the_next_month_too(
    rows: list[tuple[str, date]], october: str, november: str
) -> None:
    apart = [stated(f"txn_{place}", "0.00", fee, on) for place, (fee, on) in enumerate(rows)]
    found = told(AT_THE_EDGE, [*TAKEN_AT_THE_EDGE, *apart])
    assert {found[line.reference].verdict for line in AT_THE_EDGE} == {"matched"}
    differences = {month: found[f"fees charged apart in 2026-{month}"].fee_difference for month in (10, 11)}
    assert differences == {10: Decimal(october), 11: Decimal(november)}
    for month, difference in differences.items():
        verdict = found[f"fees charged apart in 2026-{month}"].verdict
        assert verdict == ("fee differs" if difference else "matched")


def test_a_part_carried_over_is_carried_once_and_told() -> None:
    """In December nothing of October is waited for any more: November says that 2.09 of October never came."""
    december = sale("in_1215", "299.00", date(2026, 12, 15))
    rows = [("2.09", OCTOBER_31), ("2.09", date(2026, 11, 16)), ("2.09", date(2026, 12, 16))]
    apart = [stated(f"txn_{place}", "0.00", fee, on) for place, (fee, on) in enumerate(rows)]
    taken = [*TAKEN_AT_THE_EDGE, stated("in_1215", "299.00", "8.97", december.on), *apart]
    found = told([*AT_THE_EDGE, december], taken)
    assert [found[f"fees charged apart in 2026-{month}"].verdict for month in (10, 11, 12)] == [
        "matched",
        "fee differs",
        "matched",
    ]
    assert "a part of the fee of 2 sales, 1 of the month before" in found["fees charged apart in 2026-11"].reason


def test_a_fee_that_lacks_something_else_stays_a_difference_of_its_sale() -> None:
    rows = [stated("txn_9", "0.00", "10.49", JUNE_30)]
    found = told(SALES, [stated("in_1", "299.00", "8.00"), TAKEN[1], *rows])
    assert found["in_1"].verdict == "fee differs"
    assert [found[name].verdict for name in ("in_2", "fees charged apart in 2026-06")] == ["matched", "matched"]


def test_a_billing_row_that_names_its_invoice_stays_with_it() -> None:
    rows = [stated("in_1", "0.00", "2.09"), stated("in_2", "0.00", "10.49")]
    assert {name: line.verdict for name, line in told(SALES, [*TAKEN, *rows]).items()} == {
        "in_1": "matched",
        "in_2": "matched",
    }


AMOUNTS = st.integers(1, 500_000).map(lambda cents: str(Decimal(cents).scaleb(-2)))


@given(
    st.lists(st.tuples(AMOUNTS, st.booleans(), st.sampled_from([JUNE_4, JULY_4])), max_size=6),
    st.lists(st.tuples(AMOUNTS, st.sampled_from([JUNE_30, JULY_4])), max_size=4),
)
def test_both_sides_add_up_to_what_they_did_before(
    sold: list[tuple[str, bool, date]], apart: list[tuple[str, date]]
) -> None:
    mine = [sale(f"in_{place}", amount, on) for place, (amount, _, on) in enumerate(sold)]
    its = [
        stated(line.reference, str(line.gross), str(_taken(line, whole)), line.on)
        for line, (_, whole, _) in zip(mine, sold, strict=True)
    ]
    its += [stated(f"txn_{place}", "0.00", amount, on) for place, (amount, on) in enumerate(apart)]
    ours, theirs = charged_apart(mine, its, RAILS)
    for before, after in ((mine, ours), (its, theirs)):
        assert sum(line.fee for line in before) == sum(line.fee for line in after)
        assert sum(line.gross for line in before) == sum(line.gross for line in after)


def _taken(line: Expected, whole: bool) -> Decimal:
    """The whole fee, or what is left without 0.7 % of the amount, rounded half up."""
    cents = int(line.gross * 100)
    return line.fee if whole else line.fee - Decimal((cents * 7 + 500) // 1000) / 100
