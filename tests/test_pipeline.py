"""What open deals weigh, how sure that is, and which stand still: laws, and sums worked out another way."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import pipeline
from lib.pipeline import IN_MONTH, NO_DATE, OVERDUE, PipelineError
from lib.segments import parse as segments_of
from tests.conftest import ROOT

DAY = date(2026, 10, 31)
LOW, HIGH = Decimal("0.10"), Decimal("0.90")


@dataclass(frozen=True)
class Deal:
    amount: Decimal | None = None
    probability: Decimal | None = None
    stage: str = "Prospect"
    stage_since_on: date | None = None
    close_on: date | None = None
    owner: str | None = None


AMOUNTS = st.none() | st.decimals("0", "999999.99", places=2)
CHANCES = st.none() | st.sampled_from([Decimal(one) for one in ("0", "0.10", "0.25", "0.333333", "0.85", "1")])
DEALS = st.lists(
    st.builds(
        Deal,
        amount=AMOUNTS,
        probability=CHANCES,
        stage=st.sampled_from(["Prospect", "Qualified", "Unheard of"]),
        close_on=st.none() | st.dates(DAY - timedelta(200), DAY + timedelta(400)),
        owner=st.sampled_from(["Ada", "Bob", None]),
    ),
    max_size=9,
)


def expected_by_hand(deals: list[Deal]) -> Fraction:
    """Amount times chance, in whole numbers of cents and millionths."""
    priced = [deal for deal in deals if deal.amount is not None and deal.probability is not None]
    return sum((Fraction(deal.amount) * Fraction(deal.probability) for deal in priced), Fraction(0))


# The law of sums


@given(DEALS)
def test_the_weight_is_the_sum_of_its_deals(deals: list[Deal]) -> None:
    told = pipeline.weight(deals)
    assert Fraction(told.expected_usd) == expected_by_hand(deals)
    assert Fraction(told.amount_usd) == sum((Fraction(deal.amount) for deal in deals if deal.amount), Fraction(0))
    assert told.deals == len(deals)
    assert told.without_amount == [deal.amount for deal in deals].count(None)
    assert told.without_belief == [deal.probability for deal in deals].count(None)


@given(DEALS, st.sampled_from(["owner", "stage", "close_on", "amount"]))
def test_the_parts_of_any_division_sum_to_the_whole_to_the_last_digit(deals: list[Deal], key: str) -> None:
    parts = pipeline.weights(deals, lambda deal: getattr(deal, key))
    assert sum(parts.values(), pipeline.Weight()) == pipeline.weight(deals)


@given(DEALS, st.sampled_from(["Ada", "Bob", None]))
def test_what_a_filter_keeps_and_what_it_drops_sum_to_the_whole(deals: list[Deal], owner: str | None) -> None:
    kept = [deal for deal in deals if deal.owner == owner]
    dropped = [deal for deal in deals if deal.owner != owner]
    assert Fraction(pipeline.weight(kept).expected_usd) == expected_by_hand(kept)
    assert pipeline.weight(kept) + pipeline.weight(dropped) == pipeline.weight(deals)


@given(DEALS)
def test_the_order_of_deals_changes_nothing(deals: list[Deal]) -> None:
    assert pipeline.weight(reversed(deals)) == pipeline.weight(deals)


@given(DEALS)
def test_the_months_of_closing_sum_to_the_whole(deals: list[Deal]) -> None:
    months = pipeline.by_closing(deals, DAY)
    assert sum(map(pipeline.weight, months.values()), pipeline.Weight()) == pipeline.weight(deals)
    assert [closing.kind for closing in months] == sorted(
        (closing.kind for closing in months), key=[OVERDUE, IN_MONTH, NO_DATE].index
    )


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.decimals(min_value=0, max_value=1, places=4))
def test_what_is_expected_of_a_deal_lies_between_nothing_and_the_whole(amount: Decimal, chance: Decimal) -> None:
    assert 0 <= pipeline.expected(amount, chance) <= amount


# The spread, against every outcome written out


def outcomes(deals: list[Deal]) -> dict[Fraction, Fraction]:
    """What deals bring → with which chance, over all ways in which each is won or lost."""
    priced = [deal for deal in deals if deal.amount is not None and deal.probability is not None]
    found: dict[Fraction, Fraction] = defaultdict(Fraction)
    for wins in product((True, False), repeat=len(priced)):
        chance, brought = Fraction(1), Fraction(0)
        for deal, won in zip(priced, wins, strict=True):
            chance *= Fraction(deal.probability) if won else 1 - Fraction(deal.probability)
            brought += Fraction(deal.amount) if won else 0
        found[brought] += chance
    return found


def quantile(deals: list[Deal], chance: Fraction) -> Fraction:
    reached = Fraction(0)
    for brought, part in sorted(outcomes(deals).items()):
        reached += part
        if reached >= chance:
            return brought
    raise AssertionError("the chances of all outcomes sum to one")


@given(DEALS)
def test_deviation_and_ends_are_those_of_every_outcome_written_out(deals: list[Deal]) -> None:
    told, found = pipeline.weight(deals), outcomes(deals)
    mean = sum(brought * chance for brought, chance in found.items())
    square = sum((brought - mean) ** 2 * chance for brought, chance in found.items())
    possible = [brought for brought, chance in found.items() if chance]
    assert isclose(told.deviation_usd, sqrt(square), rel_tol=1e-12, abs_tol=1e-9)
    assert (Fraction(told.least_usd), Fraction(told.most_usd)) == (min(possible), max(possible))


EVEN = st.lists(
    st.builds(Deal, amount=st.integers(-3, 90).map(lambda many: Decimal(many) * 500), probability=CHANCES), max_size=8
)


@given(EVEN)
def test_the_range_is_that_of_every_outcome_written_out(deals: list[Deal]) -> None:
    told = pipeline.outlook(deals, LOW, HIGH)
    ends = [quantile(deals, Fraction(chance)) for chance in ("1/10", "1/2", "9/10")]
    assert [told.low_usd, told.middle_usd, told.high_usd] == [float(end) for end in ends]


@given(DEALS)
def test_a_coarser_grid_misses_an_end_by_no_more_than_its_steps(deals: list[Deal]) -> None:
    told, room = pipeline.outlook(deals, LOW, HIGH), pipeline.outlook(deals, LOW, HIGH).step_usd * (len(deals) + 1)
    # an end of the coarse distribution lies between the ends of slightly lower and slightly higher chances
    least, most = (quantile(deals, Fraction(chance)) for chance in ("99999/1000000", "900001/1000000"))
    assert told.low_usd >= least - room and told.high_usd <= most + room


def test_two_coins_by_hand() -> None:
    """100 with 1/2 and 50 with 1/2: 0, 50, 100 and 150 are as likely as each other."""
    deals = [Deal(Decimal(100), Decimal("0.5")), Deal(Decimal(50), Decimal("0.5"))]
    told = pipeline.outlook(deals, LOW, HIGH)
    assert (told.low_usd, told.middle_usd, told.high_usd, told.step_usd) == (0, 50, 150, 50)
    assert pipeline.outlook(deals, Decimal("0.26"), Decimal("0.74")).low_usd == 50
    assert isclose(pipeline.weight(deals).deviation_usd, sqrt(100**2 / 4 + 50**2 / 4))


def test_many_deals_come_close_to_what_a_bell_curve_says() -> None:
    """400 deals of 1,000 with one half: mean 200,000, deviation 10,000; 1.2816 deviations to either side."""
    told = pipeline.outlook([Deal(Decimal(1000), Decimal("0.5"))] * 400, LOW, HIGH)
    assert (told.low_usd, told.middle_usd, told.high_usd) == (187_000, 200_000, 213_000)


def test_no_deals_weigh_nothing() -> None:
    assert pipeline.weight([]) == pipeline.Weight()
    told = pipeline.outlook([Deal(), Deal(amount=Decimal(5)), Deal(probability=Decimal(1))], LOW, HIGH)
    assert (told.low_usd, told.high_usd) == (0, 0)


@pytest.mark.parametrize(("low", "high"), [("0.9", "0.1"), ("0", "0.9"), ("0.1", "1"), ("0.5", "0.5")])
def test_a_range_that_is_none_is_refused(low: str, high: str) -> None:
    with pytest.raises(PipelineError, match="a range cannot run from the chance"):
        pipeline.outlook([], Decimal(low), Decimal(high))


def test_a_chance_that_is_none_is_refused() -> None:
    with pytest.raises(PipelineError, match=r"a chance cannot be 25; write 25 % as 0\.25"):
        pipeline.weight([Deal(Decimal(1), Decimal(25))])


# Standing still


@pytest.mark.parametrize(
    ("since", "days", "is_stalled", "over"),
    [
        ("2026-10-31", 0, False, 0),  # it came to its stage on the very day
        ("2026-09-16", 45, False, 0),  # 14 days of September and 31 of October: the limit, which is not above it
        ("2026-09-15", 46, True, 1),
        (None, None, False, 0),  # nobody kept it
        ("2026-11-01", None, False, 0),  # the record is of a later day
    ],
)
def test_a_deal_is_stalled_once_it_stands_longer_than_the_limit(
    since: str | None, days: int | None, is_stalled: bool, over: int
) -> None:
    deal = Deal(stage_since_on=date.fromisoformat(since) if since else None)
    told = pipeline.standing(deal, {"Prospect": 45}, DAY)
    assert (told.days, told.is_stalled, told.over_days) == (days, is_stalled, over)


def test_a_stage_without_a_limit_stalls_nothing() -> None:
    told = pipeline.standing(Deal(stage="Unheard of", stage_since_on=date(2020, 1, 1)), {"Prospect": 45}, DAY)
    assert (told.limit_days, told.is_stalled) == (None, False)


@pytest.mark.parametrize(
    ("close", "kind", "month", "overdue"),
    [
        ("2026-10-30", OVERDUE, None, 1),
        ("2026-10-31", IN_MONTH, "2026-10-01", None),  # it may still close on that day
        ("2026-12-24", IN_MONTH, "2026-12-01", None),
        (None, NO_DATE, None, None),
    ],
)
def test_a_deal_closes_in_a_month_or_is_overdue_or_has_no_date(
    close: str | None, kind: str, month: str | None, overdue: int | None
) -> None:
    deal = Deal(close_on=date.fromisoformat(close) if close else None)
    [(told, _)] = pipeline.by_closing([deal], DAY).items()
    assert (told.kind, told.month) == (kind, date.fromisoformat(month) if month else None)
    assert pipeline.standing(deal, {}, DAY).overdue_days == overdue


# What closed deals tell


@dataclass(frozen=True)
class Ended:
    is_won: bool
    created_on: date | None = None
    close_on: date | None = None


def test_four_closed_deals_are_too_few_and_five_are_not() -> None:
    four = [Ended(True), Ended(True), Ended(False), Ended(False)]
    assert (pipeline.record(four, 5).closed, pipeline.record(four, 5).win_rate) == (4, None)
    assert pipeline.record([*four, Ended(False)], 5).win_rate == 0.4


def test_a_cycle_is_the_median_of_won_deals_with_both_days() -> None:
    days = (10, 20, 30, 100, 1000)
    won = [Ended(True, DAY, DAY + timedelta(many)) for many in days]
    untimed = [Ended(True, None, DAY), Ended(True, DAY, None), Ended(True, DAY, DAY - timedelta(1))]
    told = pipeline.record([*won, *untimed, Ended(False, DAY, DAY + timedelta(1))], 5)
    assert (told.won, told.lost, told.timed, told.cycle_days) == (8, 1, 5, 30)
    assert pipeline.record([*won[:4], *untimed], 5).cycle_days is None


def test_nothing_closed_has_no_rate() -> None:
    assert pipeline.record([], 1).win_rate is None


# What the file says

FILE = (ROOT / "data" / "pipeline.toml").read_text()
STAGES = segments_of((ROOT / "data" / "segments.toml").read_text()).open_stages
RAILS = ("stripe", "aws")


def test_every_open_stage_has_a_limit_with_its_reason() -> None:
    told = pipeline.parse(FILE, STAGES, RAILS)
    assert tuple(told.limits) == STAGES
    assert all(limit.why and limit.source for limit in told.stalled_after.values())


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ('"Committed"            = {', '"Comitted" = {', "has no key 'Comitted'; did you mean 'Committed'"),
        ("value = 60", "value = 0", "Technical Validation.value is 0; write a whole number from 1 to 3650"),
        ("value = 60", "value = 60.5", "Technical Validation.value is"),
        ("low    = 0.10", "low    = 0.95", "range runs from 0.95 to 0.90; write chances as in 0.10 and 0.90"),
        ("low    = 0.10", 'low    = "x"', "range.low: 'x' is not a number; write it as in 1250.00"),
        ("high   = 0.90", "high   = nan", "range.high: NaN is not a finite number"),
        ("low    = 0.10", "low    = -0.10", "range.low is -0.10; it cannot be negative"),
        ("value  = 5", "value  = 5000", "fewest_closed.value is 5000; write a whole number from 1 to 1000"),
        ("aws = ", "was = ", "pitches has no key 'was'; did you mean 'aws'"),
        ("[range]", "[rang]", "data/pipeline.toml has no key 'rang'"),
        ("[range]", "[range", "data/pipeline.toml is not TOML"),
    ],
)
def test_a_slip_in_the_file_is_refused_in_a_sentence(was: str, becomes: str, words: str) -> None:
    assert was in FILE
    with pytest.raises(PipelineError, match=r"data/pipeline\.toml") as refused:
        pipeline.parse(FILE.replace(was, becomes), STAGES, RAILS)
    assert words in str(refused.value)
