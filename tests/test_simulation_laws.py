"""What holds of every price change over every population: laws over small worlds drawn at random."""

import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book, parse
from lib.catalog.rollout import EVERYBODY, OwnNotice, Rollout
from lib.catalog.scenario import Scenario, overlay
from lib.contracts import REPRICED, STATES, Contract, MultiYear, Offer
from lib.desk.simulation import Run, dated, layer, run
from lib.outcome import Outcome, Population, UsageCell, Window, counts, outcome
from lib.periods import add_months, month_end, months_between
from lib.replay import answer, prepare
from tests.conftest import ROOT
from tests.test_reach import RAILS, REACH

BOOK: Book = parse(tomllib.loads((ROOT / "tests" / "cases" / "reach.toml").read_text(), parse_float=Decimal)["book"])
NOTHING: dict[str, Any] = {}
FEWER = settings(max_examples=settings().max_examples * 3 // 5)  # every one is a world run two or three times


# Worlds


PLANS = [key for key in BOOK.plans if key != "enterprise-custom"]
CENTS = st.decimals(Decimal(0), Decimal(20_000), places=2)
UNIT_PRICES = st.decimals(Decimal(0), Decimal(2), places=4)
# The simplest draw is a change inside a window of a year: most of what hypothesis tries is near the simplest.
DAYS = st.dates(date(2025, 4, 1), date(2026, 9, 30)) | st.dates(date(2025, 1, 1), date(2027, 3, 31))
WINDOWS = st.builds(
    lambda first, months: (first, add_months(first, months)),
    st.sampled_from([date(2025, 3, 1), date(2025, 1, 1), date(2025, 7, 1), date(2025, 12, 1), date(2026, 2, 1)]),
    st.sampled_from([12, 15, 6, 3, 1]),
)
FIFTY = {"images": Allowance("quantity", Decimal(50))}
OFFERS = (
    Offer("offer-1", price=Decimal(1000), monthly_minimum=Decimal(40)),
    Offer("offer-2", price=Decimal(1000), monthly_minimum=Decimal(400), allowances=FIFTY),
    Offer("offer-3", price=Decimal(1000), allowances=FIFTY),
    Offer("offer-4", price=None, multi_year=MultiYear(1, Decimal("0.1"))),
    Offer("offer-5", price=None, multi_year=MultiYear(2, Decimal("0.1"))),
)


def population(customers: int, seed: int) -> Population:
    """A few customers with their contracts and usage, the same for a seed."""
    chance = Random(seed)
    known = [one for number in range(customers) for one in contracts(chance, f"c{number}")]
    return Population(
        {one.contract_id: one for one in known}, tuple(cell for one in known for cell in usage(chance, one))
    )


def contracts(chance: Random, customer: str) -> list[Contract]:
    """One or two stays of a customer, the second after the first, each on a rail and a plan, some by an offer."""
    start = date(2024, 3, 1) + timedelta(days=chance.randrange(760))
    first = start = chance.choice([start, start.replace(day=1), month_end(start) - timedelta(days=1)])
    persona, found = chance.choice(["seller_3pi", "aws_customer"]), []
    for number in range(chance.choice([1, 2])):
        plan = chance.choice(PLANS)
        tier, _, term = plan.partition("-")
        end = chance.choice([None, start + timedelta(days=chance.randint(1, 500))])
        one = Contract(
            f"{customer}-{number}",
            customer,
            chance.choice(["stripe", "aws"]),
            plan,
            tier,
            term,
            start,
            end,
            end and chance.choice(["upgrade", "churn"]),
            offer=chance.choice(OFFERS) if chance.random() < 0.6 else None,
            customer_since=first,
            about={"persona": persona},
        )
        found.append(one)
        if end is None:
            break
        start = end
    return found


def usage(chance: Random, one: Contract) -> list[UsageCell]:
    """Usage of up to two dimensions in every month or every third, a quarter of it nothing."""
    months = months_between(one.started_on, month_end(one.ended_on) if one.ended_on else date(2027, 6, 1))
    running = [month for month in months if one.ended_on is None or month < one.ended_on]
    return [
        UsageCell(one.contract_id, dimension, month, Decimal(chance.choice([0, 10, 150, chance.randint(0, 500)])))
        for dimension in chance.choice([[], ["images"], ["team_seats"], ["images", "team_seats"]])
        for month in running[chance.randint(0, 2) :: chance.choice([1, 3])]
    ]


POPULATIONS = st.builds(population, st.sampled_from([3, 2, 1]), st.integers(0, 2**64 - 1))


# Price changes


PRICES = st.dictionaries(
    st.sampled_from(["starter", "accelerate"]),
    CENTS.flatmap(lambda month: st.tuples(st.just(month), st.decimals(Decimal(0), 12 * month, places=2))),
    min_size=1,
    max_size=2,
).map(
    lambda prices: {
        f"{tier}-{term}": {"list_price": price}
        for tier, pair in prices.items()
        for term, price in zip(("monthly", "annual"), pair, strict=True)
    }
)
PRICED = UNIT_PRICES.map(lambda price: {"bands": [{"from": 0, "unit_price": price}]})
BANDS = st.fixed_dictionaries({}, optional={"images": PRICED, "team_seats": PRICED})
ALLOWANCES = st.dictionaries(
    st.sampled_from(["starter", "accelerate"]),
    st.fixed_dictionaries({"images": st.sampled_from([0, 50, 400, "unlimited"])}),
    max_size=1,
)
CHANGES = st.fixed_dictionaries({"plans": PRICES, "dimensions": BANDS, "allowances": ALLOWANCES})
NOTICES = st.builds(
    OwnNotice,
    days=st.sampled_from([60, 90, 0]) | st.integers(0, 200),
    lands_on=st.sampled_from(["first_of_month", "any_day"]),
    freeze_until=st.sampled_from([None, None, date(2025, 12, 15), date(2026, 3, 1)]),
    source=st.just("a test"),
)
WHERES = st.sampled_from(
    [{}, {}, {"rail": ("aws",)}, {"persona": ("seller_3pi",)}, {"tier": ("starter",), "term": ("annual", "monthly")}]
)
ROLLOUTS = st.builds(
    Rollout,
    st.sampled_from(["all", "renewal", "new"]),
    WHERES,
    st.fixed_dictionaries({}, optional={"stripe": NOTICES, "aws": NOTICES}),
)


def scenario(changes: Mapping[str, Any], effective: date | None, rollout: Rollout = EVERYBODY) -> Scenario:
    return Scenario("small", "Small", "a hand", "a law", "small", effective, dict(changes), rollout=rollout)


SCENARIOS = st.builds(scenario, CHANGES, st.none() | DAYS, ROLLOUTS)
SIX_CENTS = {"bands": [{"from": 0, "unit_price": Decimal("0.06")}]}
PAIRS = st.sampled_from(
    [
        ({"plans": {"starter-monthly": {"list_price": 310}}}, {"plans": {"accelerate-monthly": {"list_price": 1400}}}),
        ({"plans": {"starter-annual": {"list_price": 3100}}}, {"dimensions": {"images": SIX_CENTS}}),
        ({"allowances": {"starter": {"images": 10}}}, {"dimensions": {"images": SIX_CENTS}}),
        ({"allowances": {"starter": {"images": 10}}}, {"dimensions": {"team_seats": SIX_CENTS}}),
    ]
)


def laid_over(over: Scenario, book: Book) -> Book:
    return overlay(book, over)


def ran(
    scenarios: Sequence[Scenario], people: Population, window: Window, as_dated: bool = True
) -> tuple[Outcome, Run]:
    """The baseline, and scenarios over it; `as_dated` leaves it to the desk's own rule when they take effect."""
    placed = dated(scenarios, window) if as_dated else scenarios
    layers = [layer(one, partial(laid_over, one), RAILS) for one in placed]
    baseline = outcome([BOOK], people, window, REACH)
    return baseline, run(baseline, BOOK, layers, people, window, REACH)


def reached(scenario: Scenario, people: Population, window: Window) -> set[int]:
    """The places of the lines that a scenario has reached, from its very own day."""
    _, found = ran([scenario], people, window, as_dated=False)
    return {place for place, line in enumerate(found.reached.lines) if line.state == REPRICED}


def amounts(found: Outcome) -> list[Decimal | None]:
    return [line.amount for line in found.lines]


def money(found: Outcome) -> list[Decimal]:
    return [line.amount or Decimal(0) for line in found.lines]


# Sums


@FEWER
@given(SCENARIOS, POPULATIONS, WINDOWS)
def test_the_parts_sum_to_what_could_move_line_by_line_and_in_all(
    change: Scenario, people: Population, window: Window
) -> None:
    baseline, found = ran([change], people, window)
    sums = dict.fromkeys(STATES, Decimal(0))
    for was, could, did, line in zip(
        money(baseline), money(found.proposed), money(found.reached), found.reached.lines, strict=True
    ):
        assert did in (was, could)  # one price change, so a line has moved or has not
        assert did == could or line.state != REPRICED
        sums[line.state] += could - was
    assert found.parts.by_state == sums
    assert sum(sums.values()) == found.parts.could == found.proposed.revenue - baseline.revenue
    assert sums[REPRICED] == found.parts.did == found.reached.revenue - baseline.revenue
    by_month = found.parts.by_month
    assert {state: sum(one[state] for one in by_month.values()) for state in STATES} == sums
    assert sum(one.delta for one in found.customers) == found.parts.could


@FEWER
@given(SCENARIOS, POPULATIONS, WINDOWS)
def test_recurring_revenue_is_the_list_price_of_who_runs_and_its_states_sum(
    change: Scenario, people: Population, window: Window
) -> None:
    _, found = ran([change], people, window)
    dearer = overlay(BOOK, change)
    for month in found.recurring:
        last = month_end(month.month) - timedelta(days=1)
        running = [one for one in people.contracts.values() if one.runs_on(last)]
        was = sum((monthly(one, BOOK) for one in running), Fraction(0))
        could = sum((monthly(one, dearer if meant(one, change) else BOOK) for one in running), Fraction(0))
        assert abs(Fraction(month.baseline) - was) < TINY and abs(Fraction(month.could) - could) < TINY
        assert abs(sum(map(Fraction, month.by_state.values())) - (could - was)) < TINY
        assert abs(Fraction(month.did) - Fraction(month.baseline) - Fraction(month.by_state[REPRICED])) < TINY


TINY = Fraction(1, 10**40)


def meant(one: Contract, change: Scenario) -> bool:
    facts = {"rail": one.rail, "tier": one.tier, "term": one.term, **one.about}
    return all(facts[name] in wanted for name, wanted in change.rollout.where.items())


def monthly(one: Contract, book: Book) -> Fraction:
    """A month's part of what a whole period costs: an offer's price, a discount off the annual list, or the list."""
    listed = {
        key: Fraction(plan.list_price) for key, plan in book.plans.items() if isinstance(plan.list_price, Decimal)
    }
    term = 12 if one.term == "annual" else 1
    if one.offer is None:
        return listed[one.plan_key or ""] / term
    if one.offer.price is not None:
        return Fraction(one.offer.price) / term
    return Fraction(round(listed[f"{one.tier}-annual"] * 90 + HALF_UP), 100) / 12


HALF_UP = Fraction(1, 10**9)  # prices have two decimals, so a tenth off leaves three: half a cent goes up


# What changes nothing


@FEWER
@given(POPULATIONS, WINDOWS, SCENARIOS)
def test_no_change_at_all_changes_nothing_to_the_last_digit(
    people: Population, window: Window, change: Scenario
) -> None:
    for scenarios in ([], [replace(change, changes=NOTHING)]):
        baseline, found = ran(scenarios, people, window)
        assert amounts(found.proposed) == amounts(found.reached) == amounts(baseline)
        assert (found.parts.lines, found.parts.could, found.parts.did) == ((), 0, 0)
        assert all(not any(month.by_state.values()) for month in found.recurring)
        assert all(one.delta == 0 for one in found.customers)


@FEWER
@given(SCENARIOS, SCENARIOS, POPULATIONS, WINDOWS)
def test_a_change_and_then_nothing_is_the_change(
    change: Scenario, other: Scenario, people: Population, window: Window
) -> None:
    effective = change.effective or window[0]
    alone = ran([replace(change, effective=effective)], people, window, as_dated=False)[1]
    nothing = replace(other, changes=NOTHING, effective=other.effective or window[0])
    for stacked in ([replace(change, effective=effective), nothing], [nothing, replace(change, effective=effective)]):
        found = ran(stacked, people, window, as_dated=False)[1]
        assert amounts(found.proposed) == amounts(alone.proposed)
        assert amounts(found.reached) == amounts(alone.reached)
        assert found.parts.by_state == alone.parts.by_state
        assert found.recurring == alone.recurring


@FEWER
@given(SCENARIOS, ROLLOUTS, st.none() | DAYS, POPULATIONS, WINDOWS)
def test_what_could_move_asks_for_no_day_no_cohort_and_no_notice(
    change: Scenario, other: Rollout, day: date | None, people: Population, window: Window
) -> None:
    otherwise = replace(change, effective=day, rollout=replace(other, where=change.rollout.where))
    found, again = (ran([one], people, window)[1] for one in (change, otherwise))
    assert amounts(found.proposed) == amounts(again.proposed)
    assert found.parts.could == again.parts.could
    assert found.customers == again.customers
    for one, same in zip(found.recurring, again.recurring, strict=True):
        assert abs(Fraction(one.could) - Fraction(same.could)) < TINY  # a sum of other parts, each to sixty digits


# Who is reached


@FEWER
@given(SCENARIOS, DAYS, POPULATIONS, WINDOWS)
def test_all_reaches_whom_renewal_reaches_and_renewal_whom_new_reaches(
    change: Scenario, day: date, people: Population, window: Window
) -> None:
    everybody, at_renewal, newcomers = (
        reached(replace(change, effective=day, rollout=replace(change.rollout, cohort=cohort)), people, window)
        for cohort in ("all", "renewal", "new")
    )
    assert newcomers <= at_renewal <= everybody


@FEWER
@given(SCENARIOS, st.lists(DAYS, min_size=2, max_size=2), POPULATIONS, WINDOWS)
def test_a_later_day_never_reaches_more(change: Scenario, days: list[date], people: Population, window: Window) -> None:
    sooner, later = (reached(replace(change, effective=day), people, window) for day in sorted(days))
    assert later <= sooner


@FEWER
@given(SCENARIOS, DAYS, NOTICES, st.integers(0, 120), st.none() | DAYS, POPULATIONS, WINDOWS)
def test_a_longer_notice_or_freeze_never_reaches_more(
    change: Scenario, day: date, own: OwnNotice, more: int, freeze: date | None, people: Population, window: Window
) -> None:
    longest = max((until for until in (own.freeze_until, freeze) if until), default=None)
    longer = replace(own, days=(own.days or 0) + more, freeze_until=longest)
    short, long = (
        reached(
            replace(change, effective=day, rollout=replace(change.rollout, notice={"stripe": one, "aws": one})),
            people,
            window,
        )
        for one in (own, longer)
    )
    assert long <= short


@FEWER
@given(SCENARIOS, DAYS, POPULATIONS, WINDOWS)
def test_once_reached_a_contract_stays_so(change: Scenario, day: date, people: Population, window: Window) -> None:
    """Fees by the day their period begins, usage by its month: what has come does not go away again."""
    _, found = ran([replace(change, effective=day)], people, window, as_dated=False)
    seen: dict[tuple[str, str], list[tuple[date, bool]]] = {}
    for line in found.reached.lines:
        on = line.period.start_on if line.period else line.month
        kind = "fee" if line.period else "usage"
        seen.setdefault((line.contract.contract_id, kind), []).append((on, line.state == REPRICED))
    for moments in seen.values():
        states = [is_reached for _, is_reached in sorted(moments)]
        assert states == sorted(states)


# Several changes


@FEWER
@given(PAIRS, st.lists(st.tuples(DAYS, ROLLOUTS), min_size=2, max_size=2), POPULATIONS, WINDOWS)
def test_two_changes_of_different_things_commute(
    pair: tuple[dict[str, Any], dict[str, Any]],
    when: list[tuple[date, Rollout]],
    people: Population,
    window: Window,
) -> None:
    both = [scenario(changes, day, rollout) for changes, (day, rollout) in zip(pair, when, strict=True)]
    (_, one_way), (_, other_way) = (ran(order, people, window, as_dated=False) for order in (both, both[::-1]))
    assert amounts(one_way.proposed) == amounts(other_way.proposed)
    assert amounts(one_way.reached) == amounts(other_way.reached)
    assert one_way.parts.could == other_way.parts.could and one_way.parts.did == other_way.parts.did
    assert one_way.customers == other_way.customers


@FEWER
@given(st.lists(SCENARIOS, min_size=2, max_size=3), POPULATIONS, WINDOWS)
def test_the_parts_of_several_changes_sum_too(changes: list[Scenario], people: Population, window: Window) -> None:
    baseline, found = ran(changes, people, window)
    assert sum(found.parts.by_state.values()) == found.proposed.revenue - baseline.revenue
    assert found.parts.by_state[REPRICED] == found.reached.revenue - baseline.revenue


# The fast way


@FEWER
@given(SCENARIOS, POPULATIONS, WINDOWS)
def test_the_fast_way_gives_every_number_of_the_way_line_by_line(
    change: Scenario, people: Population, window: Window
) -> None:
    baseline, slow = ran([change], people, window)
    (at,) = dated([change], window)
    one = layer(at, partial(laid_over, at), RAILS)
    fast = answer(prepare(BOOK, one, people, window, REACH), overlay(BOOK, change))
    assert fast.amount(fast.baseline) == baseline.revenue
    assert {state: fast.amount(coins) for state, coins in fast.by_state.items()} == slow.parts.by_state
    assert fast.recurring == slow.recurring
    assert fast.groups == counts(slow.customers)
    assert list(fast.customers) == [customer.customer_id for customer in slow.customers]
    assert fast.by_customer(fast.baseline) == [customer.baseline for customer in slow.customers]
    assert fast.by_customer(fast.could) == [customer.delta for customer in slow.customers]
    by_month = slow.parts.by_month
    zero = dict.fromkeys(STATES, Decimal(0))
    for state, coins in fast.by_state.items():
        found = dict(zip(fast.months, fast.by_month(coins), strict=True))
        assert found == {month: by_month.get(month, zero)[state] for month in fast.months}


# By the rules of the brief, said a second time


@FEWER
@given(SCENARIOS, DAYS, POPULATIONS, WINDOWS)
def test_every_state_is_that_of_the_rules_said_a_second_time(
    change: Scenario, day: date, people: Population, window: Window
) -> None:
    at = replace(change, effective=day)
    _, found = ran([at], people, window, as_dated=False)
    assert [line.state for line in found.reached.lines] == [rule(at, day, line) for line in found.reached.lines]


def rule(change: Scenario, day: date, line: Any) -> str:
    """The state of a line by dates alone: E is `day`, N the first day on which a contract that ran at E is reached."""
    one: Contract = line.contract
    if not meant(one, change):
        return REPRICED
    frozen, n = notice_ends(change, day, one.rail)
    cohort = change.rollout.cohort
    signed = one.since if cohort == "new" else one.started_on
    start = line.period.start_on if line.period else max(line.month, one.started_on)
    end = line.period.end_on if line.period else month_end(line.month)
    if signed >= day:
        return REPRICED
    if end <= day:
        return "before"
    if cohort == "new" or (line.period is None and one.rail == "aws"):
        return "grandfathered"
    waits = line.period is not None or cohort == "renewal" or one.offer is not None
    begun = start if line.period else begins(one, start)
    if start >= n and not (waits and begun < n):
        return REPRICED
    if waits and begun < n and one.offer is not None:
        return "contract-locked"
    if waits and begun < n and (line.period is None or start < day):
        return "prepaid until renewal"
    return "grandfathered" if start < frozen else "in notice"


@FEWER
@given(SCENARIOS, DAYS, POPULATIONS, WINDOWS)
def test_recurring_revenue_waits_for_what_the_rules_say(
    change: Scenario, day: date, people: Population, window: Window
) -> None:
    at = replace(change, effective=day)
    _, found = ran([at], people, window, as_dated=False)
    dearer = overlay(BOOK, change)
    for month in found.recurring:
        last = month_end(month.month) - timedelta(days=1)
        sums = dict.fromkeys(STATES, Fraction(0))
        for one in people.contracts.values():
            if one.runs_on(last) and meant(one, change):
                sums[recurring_rule(at, day, one, last)] += monthly(one, dearer) - monthly(one, BOOK)
        for state in STATES:
            assert abs(Fraction(month.by_state[state]) - sums[state]) < TINY, state


def recurring_rule(change: Scenario, day: date, one: Contract, last: date) -> str:
    """The state of what recurs on the last day of a month, by dates alone: that of the period that runs then."""
    frozen, n = notice_ends(change, day, one.rail)
    start = begins(one, last)
    end = add_months(one.started_on, one.months * (1 + months_apart(one.started_on, start) // one.months))
    if (one.since if change.rollout.cohort == "new" else one.started_on) >= day:
        return REPRICED
    if last < day or end <= day:
        return "before"
    if change.rollout.cohort == "new":
        return "grandfathered"
    if start >= n:
        return REPRICED
    if one.offer is not None:
        return "contract-locked"
    if end < frozen:
        return "grandfathered"
    return "in notice" if end < n else "prepaid until renewal"


def months_apart(first: date, last: date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month


def notice_ends(change: Scenario, day: date, rail: str) -> tuple[date, date]:
    """The day a freeze ends, and N; both rails give 60 days where the scenario says nothing."""
    own = change.rollout.notice.get(rail, OwnNotice(days=60))
    n = day + timedelta(days=own.days or 0)
    if own.lands_on == "first_of_month" and n.day > 1:
        n = month_end(n)
    frozen = own.freeze_until or date.min
    return frozen, max(n, frozen)


def begins(one: Contract, on: date) -> date:
    """The first day of the period that runs on a day."""
    number = 0
    while add_months(one.started_on, (number + 1) * one.months) <= on:
        number += 1
    return add_months(one.started_on, number * one.months)


def test_the_worlds_hold_every_state_and_every_kind_of_line() -> None:
    """The laws above mean little where nothing happens: what the drawn worlds hold, counted."""
    seen: Counter[str] = Counter()

    @settings(max_examples=400, database=None)
    @given(SCENARIOS, DAYS, POPULATIONS, WINDOWS)
    def look(change: Scenario, day: date, people: Population, window: Window) -> None:
        _, found = ran([replace(change, effective=day)], people, window, as_dated=False)
        seen.update(one.line.state for one in found.parts.lines)
        seen.update(one.line.kind for one in found.parts.lines)

    look()
    assert {*STATES, "base", "proration", "usage", "minimum"} <= seen.keys()
