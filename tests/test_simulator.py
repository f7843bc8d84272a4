"""One customer's month: its bills, where it ends, when allowances run out, where the next tier is cheaper."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.allowance import BY_CONTRACT, NOT_OFFERED, UNLIMITED, Allowance
from lib.catalog.book import READINGS, Book
from lib.catalog.price import Band, Price
from lib.catalog.scenario import overlaid
from lib.contracts import Offer
from lib.desk import Desk
from lib.rating import rate
from lib.simulator.allowances import RunOut, runs_out_on
from lib.simulator.bill import bill, bills, contract_bill, joined
from lib.simulator.crossings import breaks, exact_line, next_plan, tier_crossing
from lib.simulator.curve import HAIR, MOST_POINTS, bill_curve, line_curve, marks
from lib.simulator.projection import at_pace, finest, month_end_range, project, shares_by
from lib.simulator.readings import other_readings, reread
from tests.conftest import cases
from tests.independent import exact_bill
from tests.test_contracts import NEW, OLD
from tests.test_outcome import MAY, REACH, population


@pytest.fixture(scope="module")
def book(desk_folder: Any) -> Book:
    return Desk.open(desk_folder).book


def test_a_bill_counts_a_month_of_the_annual_price() -> None:
    # 2,990 / 12 = 249.1666… → 249.17, and 60,000 words are 10,000 over: one cent.
    annual = bill(NEW, "aws", "starter-annual", {"words": Decimal(60_000)})
    assert (str(annual.base), str(annual.overage), str(annual.total)) == ("249.17", "0.01", "249.18")


def test_a_plan_by_contract_has_no_total_and_says_why() -> None:
    custom = bill(NEW, "aws", "starter-custom", {"words": Decimal(1)})
    assert custom.total is None
    assert custom.obstacles == ("the price is by contract",)


def test_a_contracts_own_bill_pays_its_books_price_or_its_offers() -> None:
    """$249 since April, 60 days' notice from 9 May: the period of 20 June is still the old price, 20 July the new."""
    starter = population().contracts["k1"]
    usage = {"words": Decimal(1_050_000)}  # a million over at $0.001 per 1,000 = $1.00
    months = (MAY, date(2026, 6, 1), date(2026, 7, 1))
    own_bills = [contract_bill([OLD, NEW], starter, month, usage, REACH) for month in months]
    assert [own and own.total for own in own_bills] == [Decimal("250.00"), Decimal("250.00"), Decimal("300.00")]
    offer = Offer("o", Decimal(120_000), {"words": UNLIMITED})
    custom = replace(starter, plan_key="starter-custom", term="custom", offer=offer)
    own = contract_bill([NEW], custom, MAY, usage, REACH)
    assert own and own.total == Decimal("10000.00") and not own.obstacles


def test_a_contract_that_ended_within_the_month_adds_its_usage_and_no_base_fee() -> None:
    """Each has 50,000 words: a million over at $0.001 per 1,000 = $1.00, 200,000 over = $0.20; one base fee of $299."""
    starter = replace(population().contracts["k1"], started_on=date(2026, 5, 10), ended_on=date(2026, 5, 20))
    second = replace(starter, contract_id="k9", started_on=date(2026, 5, 20), ended_on=None)
    usage = ((starter, Decimal(1_050_000)), (second, Decimal(250_000)))
    parts = [contract_bill([NEW], one, MAY, {"words": words}, REACH) for one, words in usage]
    both = joined([one for one in parts if one])
    assert (both.base, both.overage, both.total) == (Decimal(299), Decimal("1.20"), Decimal("300.20"))
    unlisted = replace(starter, offer=Offer("o", Decimal(1), {"words": NOT_OFFERED}))
    unserved = contract_bill([NEW], unlisted, MAY, {"words": Decimal(1)}, REACH)
    assert unserved and joined([unserved, both]).total is None


def test_bands_that_continue_go_on_where_the_earlier_contract_left_them() -> None:
    """1,050,000 words before use up the allowance and its bands; another 200,000 are all above it."""
    starter = population().contracts["k1"]
    usage, before = {"words": Decimal(200_000)}, {"words": Decimal(1_050_000)}
    own = contract_bill([NEW], starter, date(2026, 7, 1), usage, REACH, before)
    assert own and own.overage == Decimal("0.20")


def test_a_contract_has_no_bill_before_it_begins_after_it_ends_or_on_an_unknown_plan() -> None:
    starter, lost = population().contracts.values()
    ended = replace(starter, ended_on=MAY)
    asked = ((starter, date(2026, 3, 1)), (ended, MAY), (lost, MAY))
    assert [contract_bill([NEW], contract, month, {}, REACH) for contract, month in asked] == [None, None, None]


# Where the next tier is cheaper


def amounts(usage: dict[str, str]) -> dict[str, Decimal]:
    return {dimension: Decimal(quantity) for dimension, quantity in usage.items()}


def starter_of(book: Book, tier: str, term: str) -> str:
    return next(plan.key for plan in book.plans.values() if (plan.tier, plan.term) == (tier, term))


@pytest.mark.parametrize("case", cases("tier_crossings", "crossing"))
@pytest.mark.parametrize("rail", ["aws", "stripe"])
def test_the_desk_does_the_crossing_in_the_comment(book: Book, case: dict[str, Any], rail: str) -> None:
    """Both rails price alike by default, so each case holds on both."""
    plan_key = starter_of(book, case["tier"], case["term"])
    found = tier_crossing(book, rail, plan_key, amounts(case["usage"]), case["dimension"])
    expected = case["expect"]
    if "quantity" not in expected:
        assert {found.kind: True} == expected
        assert found.quantity is None
        return
    assert found.kind == "crosses"
    assert book.plan(found.next_key or "").tier == expected["next"]
    assert (found.quantity, found.overage) == (Decimal(expected["quantity"]), Decimal(expected["overage"]))


def test_a_tier_that_stays_dearer_says_by_how_much_at_best(book: Book) -> None:
    """Seats: 7 more included at $29 are $203 of the $1,200 apart. Words: nothing changes the $2,500."""
    seats = tier_crossing(book, "aws", "starter-monthly", {}, "team_seats")
    assert (seats.kind, seats.apart) == ("never", Decimal(997))
    words = tier_crossing(book, "aws", "accelerate-monthly", {"words": Decimal(10**9)}, "words")
    assert (words.kind, words.apart) == ("never", Decimal(2500))


def test_beyond_the_crossing_the_next_tier_is_already_cheaper(book: Book) -> None:
    passed = tier_crossing(book, "aws", "starter-monthly", {"gtm_workflows": Decimal(246)}, "gtm_workflows")
    assert (passed.kind, passed.quantity, passed.overage) == ("already", Decimal(245), Decimal(240))
    at_it = tier_crossing(book, "aws", "starter-monthly", {"gtm_workflows": Decimal(245)}, "gtm_workflows")
    assert (at_it.kind, at_it.quantity) == ("crosses", Decimal(245))
    before_the_first = tier_crossing(book, "aws", "starter-monthly", {"gtm_workflows": Decimal(246)}, "words")
    assert (before_the_first.kind, before_the_first.quantity) == ("already", None)


def test_a_bill_without_a_total_is_not_compared_and_says_why(book: Book) -> None:
    audio = tier_crossing(book, "aws", "starter-monthly", {"audio_minutes": Decimal(1)}, "words")
    assert (audio.kind, audio.why) == ("not_compared", "on Starter audio_minutes is not offered")
    command = tier_crossing(book, "aws", starter_of(book, "command", "monthly"), {}, "words")
    assert (command.kind, command.why) == ("not_compared", "on Enterprise the price is by contract")
    top = tier_crossing(book, "aws", starter_of(book, "enterprise", "custom"), {}, "words")
    assert (top.kind, top.why) == ("not_compared", "there is no higher tier")
    assert next_plan(book, "starter-annual") == book.plan("accelerate-annual")


def two_tiers(priced: list[dict[str, Any]], included: int, more: int | str, apart: str, **settings: str) -> Book:
    """A small book: Starter at $299 and More `apart` above it, both with these bands of words."""
    changes = {
        "tiers": {"more": {"name": "More", "rank": 2}},
        "plans": {"more-monthly": {"tier": "more", "term": "monthly", "list_price": 299 + Decimal(apart)}},
        "dimensions": {"words": {"bands": priced, "unit_size": 1}},
        "allowances": {"starter": {"words": included}, "more": {"words": more}},
        "settings": settings,
    }
    return overlaid(NEW, changes, "a test")


def words_crossing(book: Book, used: int = 0) -> tuple[str, Decimal | None]:
    found = tier_crossing(book, "aws", "starter-monthly", {"words": Decimal(used)}, "words")
    return found.kind, found.quantity


FALLING = [{"from": 0, "unit_price": 2}, {"from": 100, "unit_price": 1}]


def test_the_crossing_lies_in_the_band_where_it_falls() -> None:
    """$250 apart, More unlimited: 100 at $2 are $200, the other $50 are 50 units at $1: 10 + 150."""
    assert words_crossing(two_tiers(FALLING, 10, "unlimited", "250")) == ("crosses", Decimal(160))


def test_under_the_volume_reading_the_first_crossing_at_or_above_today_counts() -> None:
    """$150 apart: 75 units at $2; the bill falls to $1 each above 100, and 150 of those reach $150 a second time."""
    book = two_tiers(FALLING, 10, "unlimited", "150", bands="volume")
    assert words_crossing(book) == ("crosses", Decimal(85))
    assert words_crossing(book, 86) == ("already", Decimal(85))
    assert words_crossing(book, 120) == ("crosses", Decimal(160))
    assert words_crossing(book, 161) == ("already", Decimal(85))


def test_a_bill_that_jumps_over_the_other_crosses_at_the_jump() -> None:
    """A flat fee of $100 for entering the second band: $90 apart, $50 at the end of the first."""
    bands = [{"from": 0, "unit_price": Decimal("0.5")}, {"from": 100, "unit_price": 0, "flat_fee": 100}]
    assert words_crossing(two_tiers(bands, 10, "unlimited", "90")) == ("crosses", Decimal(110))


def test_where_started_units_count_whole_the_crossing_is_the_last_unit_before() -> None:
    """$29 a started hundred, $100 apart: three hundreds are $87, and the first unit of the fourth is $116: 50 + 300.

    Between two staircases of $29 a hundred, one of which begins 150 later, there are $29 or $58 at most.
    """
    dear = [{"from": 0, "unit_price": 29}]
    book = overlaid(
        two_tiers(dear, 50, "unlimited", "100", part_units="up"),
        {"dimensions": {"words": {"unit_size": 100}}},
        "a test",
    )
    assert words_crossing(book) == ("crosses", Decimal(350))
    later = {"allowances": {"more": {"words": 200}}, "plans": {"more-monthly": {"list_price": 299 + 50}}}
    assert words_crossing(overlaid(book, later, "a test")) == ("crosses", Decimal(150))
    dearer = overlaid(book, {**later, "plans": {"more-monthly": {"list_price": 299 + 60}}}, "a test")
    assert words_crossing(dearer) == ("never", None)
    assert tier_crossing(dearer, "aws", "starter-monthly", {}, "words").apart == Decimal(2)


def test_the_end_of_a_crossing_that_does_not_terminate_is_exact_to_sixty_digits(book: Book) -> None:
    """205 workflows leave $200, and 200 / 29 seats do not terminate."""
    found = tier_crossing(book, "aws", "starter-monthly", {"gtm_workflows": Decimal(205)}, "team_seats")
    assert found.quantity is not None
    assert abs(Fraction(found.quantity) - 3 - Fraction(200, 29)) < Fraction(1, 10**50)


BANDS = st.lists(st.integers(1, 400), max_size=3, unique=True).flatmap(
    lambda starts: st.tuples(
        st.just([0, *sorted(starts)]), st.lists(st.integers(0, 30), min_size=len(starts) + 1, max_size=len(starts) + 1)
    )
)


def audited(bands: Any, settings: dict[str, str], included: int | str, used: Fraction, size: int) -> Fraction:
    """The line before rounding by the second opinion's arithmetic, in dollars; used as a fraction of a unit."""
    if included == "unlimited":
        return Fraction(0)
    over = max(Fraction(0), used - int(included))
    billed = -(-over // size) * size if settings["part_units"] == "up" else over
    start = Fraction(int(included)) if settings["thresholds"] == "usage" and billed else Fraction(0)
    steps = list(zip(*bands, strict=True))
    graded = exact_bill.graduated(start + billed, steps) - exact_bill.graduated(start, steps)
    total = billed * exact_bill.price_reached(start + billed, steps) if settings["bands"] == "volume" else graded
    return Fraction(total) / size


@given(
    bands=BANDS,
    reading=st.sampled_from(["graduated", "volume"]),
    thresholds=st.sampled_from(["overage", "usage"]),
    part_units=st.sampled_from(["exact", "up"]),
    size=st.sampled_from([1, 7, 10]),
    included=st.integers(0, 60),
    more=st.one_of(st.integers(0, 300), st.just("unlimited")),
    apart=st.integers(0, 3000),
    today=st.integers(0, 600),
)
def test_just_below_the_crossing_this_tier_is_not_dearer_and_just_above_the_next_is_cheaper(
    bands: Any,
    reading: str,
    thresholds: str,
    part_units: str,
    size: int,
    included: int,
    more: int | str,
    apart: int,
    today: int,
) -> None:
    settings = {"bands": reading, "thresholds": thresholds, "part_units": part_units}
    entries = [{"from": start, "unit_price": price} for start, price in zip(*bands, strict=True)]
    small = two_tiers(entries, included, more, str(apart), **settings)
    small = overlaid(small, {"dimensions": {"words": {"unit_size": size}}}, "a test")
    found = tier_crossing(small, "aws", "starter-monthly", {"words": Decimal(today)}, "words")

    def gap(used: Fraction) -> Fraction:
        here, there = (audited(bands, settings, one, used, size) for one in (included, more))
        return here - there - apart

    hair = Fraction(1, 10**9)
    places = [Fraction(used) + shift for used in range(today, 720) for shift in (0, hair)]
    dearer = [used for used in places if gap(used) > 0]
    if found.kind == "already":
        assert gap(Fraction(today)) > 0
    elif found.kind == "crosses":
        assert found.quantity is not None and found.quantity >= today
        quantity = Fraction(found.quantity)
        assert gap(quantity + hair) > 0 >= gap(quantity - hair if quantity > today else quantity)
        assert not [used for used in dearer if used < quantity]
        is_level = part_units == "exact" and quantity > today
        jumps = [Fraction(one) for allowance in (included, more) for one in _breaks(small, allowance)]
        assert not is_level or quantity in jumps or abs(gap(quantity)) < Fraction(1, 10**40)
    else:
        assert found.kind == "never" and not dearer
        assert found.apart is not None and found.apart >= 0


def _breaks(book: Book, included: int | str) -> list[Decimal]:
    allowance = UNLIMITED if included == "unlimited" else Allowance("quantity", Decimal(included))
    return list(breaks(book.price("aws", "words"), allowance))


@pytest.mark.parametrize("case", cases("rating") + cases("readings"))
def test_a_line_as_a_fraction_is_the_line_before_rounding(book: Book, case: dict[str, Any]) -> None:
    read, rail = book, case.get("rail", "aws")
    for setting, reading in case.get("settings", {}).items():
        read = reread(read, setting, reading)
    price = read.price(rail, case["dimension"])
    allowance = read.allowance(rail, read.plan(case["plan"]).tier, case["dimension"])
    charged = rate(price, allowance, Decimal(case["quantity"]))
    assert exact_line(charged, price) == Fraction(charged.exact or 0)


# When an allowance runs out


@pytest.mark.parametrize("case", cases("tier_crossings", "runs_out"))
def test_the_desk_counts_the_days_in_the_comment(case: dict[str, Any]) -> None:
    month = date.fromisoformat(f"{case['month']}-01")
    as_of, used = month + timedelta(case["day_of_month"] - 1), Decimal(case["used_so_far"])
    found = runs_out_on(Allowance("quantity", Decimal(case["allowance"])), month, as_of, used)
    assert (found.on or found.kind.replace("_", " ")) == case["expect"]


@pytest.mark.parametrize("case", cases("tier_crossings", "runs_out_on_the_way"))
def test_an_allowance_runs_out_on_the_way_to_where_the_month_is_projected_to_end(case: dict[str, Any]) -> None:
    month = date.fromisoformat(f"{case['month']}-01")
    as_of, used = month + timedelta(case["day_of_month"] - 1), Decimal(case["used_so_far"])
    allowance, projected = Allowance("quantity", Decimal(case["allowance"])), Decimal(case["projected"])
    found = runs_out_on(allowance, month, as_of, used, projected=projected)
    assert (found.on or found.kind.replace("_", " ")) == case["expect"]


def on(*entries: tuple[int, int]) -> dict[date, Decimal]:
    """Days of May and what was used on each."""
    return {MAY + timedelta(day - 1): Decimal(used) for day, used in entries}


def test_a_recorded_day_goes_before_the_pace() -> None:
    """60 on the 2nd and 41 on the 9th pass 100 on the 9th; at the even pace it would have been the 15th of 15."""
    days = on((2, 60), (9, 41), (14, 1))
    as_of = date(2026, 5, 15)
    hundred = Allowance("quantity", Decimal(100))
    assert runs_out_on(hundred, MAY, as_of, Decimal(102), days) == RunOut("ran_out", date(2026, 5, 9))
    assert runs_out_on(hundred, MAY, date(2026, 5, 8), Decimal(60), days) == RunOut("runs_out", date(2026, 5, 14))


def test_seats_are_exceeded_on_a_recorded_day_or_not_this_month() -> None:
    """Three seats included; a fourth on the 20th. Twice two seats are two seats, and have no pace."""
    three, days = Allowance("quantity", Decimal(3)), on((1, 2), (10, 2), (20, 4))
    found = [runs_out_on(three, MAY, date(2026, 5, day), Decimal(2), days, is_summed=False) for day in (19, 20)]
    assert found == [RunOut("not_this_month"), RunOut("ran_out", date(2026, 5, 20))]
    assert runs_out_on(three, MAY, date(2026, 5, 9), Decimal(4), None, is_summed=False) == RunOut("exceeded")


def test_an_allowance_that_is_no_quantity_never_runs_out_on_a_day() -> None:
    found = [runs_out_on(one, MAY, date(2026, 5, 9), Decimal(9)).kind for one in (UNLIMITED, NOT_OFFERED, BY_CONTRACT)]
    assert found == ["never", "not_offered", "by_contract"]
    assert runs_out_on(Allowance("quantity", Decimal(0)), MAY, MAY, Decimal(1)) == RunOut("runs_out", MAY)


# Where the month ends


@pytest.mark.parametrize("case", cases("tier_crossings", "projection"))
def test_the_desk_divides_as_in_the_comment(case: dict[str, Any]) -> None:
    found = project(Decimal(case["used"]), [Fraction(share) for share in case["shares"]])
    expected = {end: Decimal(quantity) for end, quantity in case["expect"].items()}
    assert {"low": found.low, "middle": found.middle, "high": found.high} == expected
    assert (found.basis, found.months) == ("own_months", len(case["shares"]))


JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))
# January 100 of which 25 by the 10th; February 50 of 80; March nothing by the 10th; April 30 of 40.
HISTORY = {
    date(2026, 1, 9): Decimal(25),
    date(2026, 1, 31): Decimal(75),
    date(2026, 2, 10): Decimal(50),
    date(2026, 2, 28): Decimal(30),
    date(2026, 3, 11): Decimal(9),
    date(2026, 4, 10): Decimal(30),
    date(2026, 4, 30): Decimal(10),
}


def test_three_earlier_months_make_a_range_and_fewer_fall_back_to_the_pace() -> None:
    """By the 10th a quarter, five eighths and three quarters: 30 used are 40, 48 or 120.

    With two months the pace of 3 a day makes 93, and the range is everybody's: 30 / 0.6 = 50 and 30 / 0.2 = 150.
    """
    days, tenth, usual = {**HISTORY, **on((4, 30))}, date(2026, 5, 10), (Decimal("0.2"), Decimal("0.6"))
    own = month_end_range(days, tenth, [JANUARY, FEBRUARY, MARCH, APRIL], True, usual)
    assert (own.low, own.middle, own.high, own.basis, own.months) == (40, 48, 120, "own_months", 3)
    pace = month_end_range(days, tenth, [JANUARY, FEBRUARY], True, usual)
    assert (pace.low, pace.middle, pace.high, pace.basis) == (50, 93, 150, "pace")
    alone = month_end_range(days, tenth, [], True, None)
    assert (alone.low, alone.middle, alone.high, alone.basis) == (93, 93, 93, "pace_alone")


def test_shares_are_counted_by_the_day_of_the_month_up_to_its_last() -> None:
    months = [JANUARY, FEBRUARY, MARCH, APRIL]
    assert shares_by(HISTORY, 10, months) == [Fraction(1, 4), Fraction(5, 8), Fraction(3, 4)]
    assert shares_by(HISTORY, 30, months) == [Fraction(1, 4), 1, 1, 1]


def test_a_range_of_everybody_is_widened_to_hold_the_pace() -> None:
    """Ten in ten days of thirty are thirty; everybody else would say 10 / 0.5 = 20 at most."""
    found = at_pace(Decimal(10), 10, 30, (Decimal("0.5"), Decimal("0.8")))
    assert (found.low, found.middle, found.high) == (Decimal("12.5"), 30, 30)


def test_the_last_day_closes_the_month_and_seats_are_what_they_were() -> None:
    """In April 40 of 40 by the 31st, but thirty days are all that April has; six seats stay six seats."""
    closed = month_end_range({**HISTORY, **on((4, 30))}, date(2026, 5, 31), [JANUARY], True, None)
    assert (closed.low, closed.middle, closed.high, closed.basis) == (30, 30, 30, "complete")
    seats = month_end_range(on((1, 4), (3, 6), (5, 5)), date(2026, 5, 10), [JANUARY], False, None)
    assert (seats.low, seats.middle, seats.high, seats.basis) == (6, 6, 6, "largest")


def test_a_projection_is_told_in_the_steps_in_which_it_was_metered() -> None:
    """Words come whole, minutes in hundredths: 10 / 0.3 is 33 or 33.33; halves round up."""
    assert finest([Decimal("12.000000"), Decimal("400")]) == 1
    assert finest([Decimal("12.310000"), Decimal("1.5")]) == Decimal("0.01")
    assert project(Decimal(10), [Fraction(3, 10)], Decimal(1)).middle == 33
    assert project(Decimal(10), [Fraction(3, 10)], Decimal("0.01")).middle == Decimal("33.33")
    assert project(Decimal(5), [Fraction(10, 10), Fraction(8, 10)], Decimal(1)).high == 6
    assert project(Decimal(1), [Fraction(2, 5)], Decimal(1)).high == 3


def test_a_share_of_nothing_or_of_more_than_the_month_is_a_mistake() -> None:
    for shares in ([], [Fraction(0)], [Fraction(3, 2)]):
        with pytest.raises(ValueError, match="shares of a month's total"):
            project(Decimal(1), shares)


@given(
    used=st.decimals(0, 10**6, places=2),
    shares=st.lists(st.fractions(min_value="1/1000", max_value=1), min_size=1, max_size=12),
)
def test_what_was_used_is_never_taken_back(used: Decimal, shares: list[Fraction]) -> None:
    found = project(used, shares)
    assert used <= found.low <= found.middle <= found.high


# Both readings


def test_every_open_setting_is_read_the_other_way(book: Book) -> None:
    """Starter by AWS, 350,000 words: 300 thousand over are $0.10 + $0.16 = $0.26.

    Volume: 300 x $0.0008 = $0.24. Counted on the usage: from 50,000 on 50 x $0.001 + 250 x $0.0008 = $0.25. In priced
    units the first band ends at 100 million: $0.30. Part units, Stripe, allowances and the fee change nothing here.
    """
    found = {one.setting: one for one in other_readings(book, "aws", "starter-monthly", {"words": Decimal(350_000)})}
    assert set(found) == set(READINGS)
    assert {one.total for one in found.values()} == {Decimal("299.26")}
    moved = {setting: str(one.difference) for setting, one in found.items() if one.difference}
    assert moved == {"bands": "-0.02", "thresholds": "-0.01", "threshold_unit": "0.04"}


def test_a_reading_is_that_of_the_second_opinion(book: Book) -> None:
    """Uniform allowances give Starter no seat: eight at $29 are $232 instead of five at $145."""
    used = {"team_seats": Decimal(8)}
    [uniform] = [one for one in other_readings(book, "stripe", "starter-monthly", used) if one.setting == "allowances"]
    assert (uniform.total, uniform.other_total, uniform.difference) == (444, 531, 87)
    [free] = [one for one in other_readings(book, "stripe", "starter-monthly", used) if one.setting == "stripe_overage"]
    assert (free.other, free.other_total, free.difference) == ("nothing", 299, -145)
    assert reread(book, "bands", "volume").settings["bands"] == "volume"


def test_a_reading_that_the_book_cannot_take_says_why() -> None:
    [uniform] = [one for one in other_readings(NEW, "aws", "starter-monthly", {"words": Decimal(1)}) if one.why]
    assert (uniform.setting, uniform.other_total, uniform.difference) == ("allowances", None, None)
    assert "no included_quantity for words" in uniform.why


# The bill over one dimension


def test_a_curve_has_both_sides_of_every_break(book: Book) -> None:
    """Words on three plans of which two bend in the same places: 50,000, 150,000 and 550,000."""
    keys = ["starter-monthly", "accelerate-monthly"]
    points = bill_curve(book, "aws", keys, {"gtm_workflows": Decimal(6)}, "words", Decimal(700_000))
    for key in keys:
        drawn = [point.quantity for point in points if point.plan_key == key]
        bends = {Decimal(50_000), Decimal(150_000), Decimal(550_000)}
        assert {0, 700_000, *bends, *(one + HAIR for one in bends)} <= set(drawn)
        assert drawn == sorted(drawn)
    for point in points:
        usage = {"gtm_workflows": Decimal(6), "words": point.quantity}
        assert point.amount == bill(book, "aws", point.plan_key, usage).total
    assert len(points) <= MOST_POINTS


def test_between_two_points_of_a_curve_nothing_bends(book: Book) -> None:
    """The middle of every stretch lies on the straight line between its ends, to the last digit."""
    for settings in ({}, {"bands": "volume"}, {"thresholds": "usage"}, {"bands": "volume", "thresholds": "usage"}):
        read = book
        for setting, value in settings.items():
            read = reread(read, setting, value)
        price, allowance = read.price("aws", "words"), read.allowance("aws", "starter", "words")
        for before, after in pairwise(line_curve(read, "aws", "starter-monthly", "words", Decimal(700_000))):
            middle = rate(price, allowance, (before.quantity + after.quantity) / 2).exact
            is_a_jump = after.quantity - before.quantity == HAIR
            assert is_a_jump or middle == (before.amount + after.amount) / 2


def test_a_curve_climbs_every_step_where_started_units_count(book: Book) -> None:
    """Twenty requests above 10,000 by the thousand are twenty steps: both sides of each are drawn."""
    up = reread(book, "part_units", "up")
    points = bill_curve(up, "aws", ["accelerate-monthly"], {}, "api_requests", Decimal(30_000))
    drawn = {point.quantity for point in points}
    steps = {Decimal(10_000 + 1_000 * number) for number in range(20)}
    assert steps | {step + HAIR for step in steps} <= drawn
    crowded = bill_curve(up, "aws", ["accelerate-monthly"], {}, "api_requests", Decimal(10**9))
    assert len(crowded) < 100


def test_a_plan_without_the_dimension_is_one_point_and_one_that_cannot_serve_the_rest_none(book: Book) -> None:
    keys = ["starter-monthly", "enterprise-custom"]
    found = bill_curve(book, "aws", keys, {}, "audio_minutes", Decimal(100))
    assert [(point.plan_key, point.quantity, point.amount) for point in found] == [("starter-monthly", 0, 299)]


def test_the_marks_of_words_are_their_thresholds_and_under_volume_its_cliffs(book: Book) -> None:
    """At 100,000 over $0.10 fall to $0.08, at 500,000 over $0.40 to $0.30; a hair above costs a hair more."""
    allowance = book.allowance("aws", "starter", "words")
    plain = marks(book.price("aws", "words"), allowance)
    assert [(one.kind, one.quantity, one.unit_price) for one in plain] == [
        ("allowance", 50_000, Decimal("0.001")),
        ("threshold", 150_000, Decimal("0.0008")),
        ("threshold", 550_000, Decimal("0.0006")),
    ]
    assert not any(one.drop for one in plain)
    cliffs = marks(reread(book, "bands", "volume").price("aws", "words"), allowance)
    assert [round(one.drop, 6) for one in cliffs] == [0, Decimal("0.02"), Decimal("0.1")]


def test_marks_counted_on_the_usage_begin_in_the_band_the_allowance_reaches() -> None:
    bands = tuple(Band(Decimal(start), Decimal(price)) for start, price in ((0, 3), (10, 2), (100, 1)))
    found = marks(Price(bands, thresholds="usage"), Allowance("quantity", Decimal(40)))
    assert [(one.quantity, one.unit_price) for one in found] == [(40, 2), (100, 1)]
    assert marks(Price(bands), UNLIMITED) == ()


def test_every_plan_is_billed_on_both_rails(book: Book) -> None:
    found = bills(book, {"words": Decimal(1)})
    assert [(one.rail, one.plan_key) for one in found] == [
        (rail, key) for rail in ("stripe", "aws") for key in book.plans
    ]
