"""Today's contracts carried on: whose usage repeats, in which months, and on which contract; by hand and by law."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lib.ahead import Ahead, carried_on
from lib.contracts import Contract
from lib.outcome import Population, UsageCell
from lib.periods import add_months, month_of

TODAY = date(2026, 10, 31)  # the evening of a full month: the last year is 2025-11 to 2026-10, the next begins 2026-11
YEAR_AHEAD = date(2026, 11, 1), date(2027, 11, 1)


def contract(key: str, started_on: date, customer: str = "c1", **more: Any) -> Contract:
    return Contract(key, customer, "stripe", "starter-monthly", "starter", "monthly", started_on, **more)


def month(text: str) -> date:
    return date.fromisoformat(f"{text}-01")


def cells(contract_id: str, used: dict[str, int], dimension: str = "words") -> list[UsageCell]:
    return [UsageCell(contract_id, dimension, month(name), Decimal(quantity)) for name, quantity in used.items()]


def carried(contracts: Iterable[Contract], usage: Iterable[UsageCell], months: int = 12, **more: Any) -> Ahead:
    everybody = Population({one.contract_id: one for one in contracts}, tuple(usage))
    return carried_on(everybody, {"team_seats"}, more.pop("recorded_on", TODAY), months, **more)


def found(ahead: Ahead, dimension: str = "words") -> list[tuple[str, str, int]]:
    """What is carried on of a dimension, by contract and month."""
    usage = (cell for cell in ahead.population.usage if cell.dimension == dimension)
    return sorted((cell.contract_id, f"{cell.month:%Y-%m}", int(cell.quantity)) for cell in usage)


# Which months


def test_the_months_to_come_begin_after_the_last_full_one() -> None:
    assert carried([contract("k1", date(2025, 1, 1))], []).window == YEAR_AHEAD
    inside = carried([contract("k1", date(2025, 1, 1))], [], 3, recorded_on=date(2026, 10, 15))
    assert inside.window == (date(2026, 10, 1), date(2027, 1, 1))  # October is not over on the 15th


def test_they_begin_later_where_the_change_does() -> None:
    k1 = contract("k1", date(2025, 1, 1))
    assert carried([k1], [], 6, starts=date(2027, 1, 15)).window == (date(2027, 1, 1), date(2027, 7, 1))
    assert carried([k1], [], 6, starts=date(2020, 1, 1)).window == (date(2026, 11, 1), date(2027, 5, 1))


# Whose usage repeats, and how


def test_a_month_repeats_the_same_month_of_the_last_year() -> None:
    used = {"2025-11": 11, "2025-12": 12, "2026-01": 1, "2026-05": 5, "2026-10": 10}
    ahead = carried([contract("k1", date(2024, 3, 10))], cells("k1", {"2025-10": 999, **used}), 24)
    assert found(ahead) == [
        ("k1", "2026-11", 11),
        ("k1", "2026-12", 12),
        ("k1", "2027-01", 1),
        ("k1", "2027-05", 5),
        ("k1", "2027-10", 10),
        ("k1", "2027-11", 11),
        ("k1", "2027-12", 12),
        ("k1", "2028-01", 1),
        ("k1", "2028-05", 5),
        ("k1", "2028-10", 10),
    ]


def test_a_month_without_usage_is_repeated_as_one() -> None:
    """February was a month of the customer, and nothing was used in it: nor will be."""
    ahead = carried([contract("k1", date(2026, 1, 1))], cells("k1", {"2026-01": 7, "2026-03": 9}), 5)
    # January to October are known, so November and December take the first and second of the ten in order
    assert found(ahead) == [("k1", "2026-11", 7), ("k1", "2027-01", 7), ("k1", "2027-03", 9)]


def test_a_newcomer_repeats_their_own_full_months_in_order() -> None:
    """Full months are August, September and October. Those three come again as themselves; the others go round.

    November is the first month to come and takes the first of the three, December the second, and so on: place 0 takes
    August, 1 September, 2 October, 3 August … July is place 8 and takes October.
    """
    ahead = carried([contract("k1", date(2026, 8, 1))], cells("k1", {"2026-08": 8, "2026-09": 9, "2026-10": 10}))
    assert [used for _, _, used in found(ahead)] == [8, 9, 10, 8, 9, 10, 8, 9, 10, 8, 9, 10]


def test_the_month_in_which_a_customer_began_is_no_full_one() -> None:
    """From 15 September: 4 words of half a month are left out, October's 10 come every month."""
    ahead = carried([contract("k1", date(2026, 9, 15))], cells("k1", {"2026-09": 4, "2026-10": 10}), 3)
    assert found(ahead) == [("k1", "2026-11", 10), ("k1", "2026-12", 10), ("k1", "2027-01", 10)]


def test_one_who_began_on_a_first_has_that_month_whole() -> None:
    ahead = carried([contract("k1", date(2026, 10, 1))], cells("k1", {"2026-10": 4}), 2)
    assert found(ahead) == [("k1", "2026-11", 4), ("k1", "2026-12", 4)]


def test_who_has_no_full_month_yet_has_no_usage_and_is_named() -> None:
    ahead = carried([contract("k1", date(2026, 10, 2)), contract("k2", date(2026, 1, 1), "c2")], [])
    assert (ahead.population.usage, ahead.unmetered) == ((), ("c1",))  # c2 has ten months, all without usage
    assert set(ahead.population.contracts) == {"k1", "k2"}


# An upgrade inside the year


def test_usage_of_both_contracts_of_an_upgrade_is_carried_on_by_the_running_one() -> None:
    """In May the customer used 30 on the old plan and 12 on the new: 42 in one month."""
    upgraded = date(2026, 5, 20)
    old = contract("k1", date(2025, 3, 1), ended_on=upgraded, end_reason="upgrade")
    new = contract("k2", upgraded, customer_since=date(2025, 3, 1))
    usage = [*cells("k1", {"2025-11": 20, "2026-05": 30}), *cells("k2", {"2026-05": 12, "2026-06": 15})]
    assert found(carried([old, new], usage)) == [("k2", "2026-11", 20), ("k2", "2027-05", 42), ("k2", "2027-06", 15)]


def test_of_seats_the_largest_number_of_the_month_counts() -> None:
    upgraded = date(2026, 5, 20)
    old = contract("k1", date(2025, 3, 1), ended_on=upgraded, end_reason="upgrade")
    new = contract("k2", upgraded, customer_since=date(2025, 3, 1))
    usage = [*cells("k1", {"2026-05": 5}, "team_seats"), *cells("k2", {"2026-05": 4}, "team_seats")]
    assert found(carried([old, new], usage), "team_seats") == [("k2", "2027-05", 5)]


def test_of_two_running_contracts_the_newest_carries_the_usage_of_both() -> None:
    running = [contract("k1", date(2025, 3, 1)), contract("k2", date(2026, 1, 1), customer_since=date(2025, 3, 1))]
    ahead = carried(running, [*cells("k1", {"2026-02": 3}), *cells("k2", {"2026-02": 4})])
    assert found(ahead) == [("k2", "2027-02", 7)]
    assert set(ahead.population.contracts) == {"k1", "k2"}


# Ends


def test_who_has_left_is_left_out() -> None:
    gone = contract("k1", date(2025, 1, 1), ended_on=date(2026, 10, 31), end_reason="churn")
    ahead = carried([gone, contract("k2", date(2025, 1, 1), "c2")], [*cells("k1", {"2026-01": 5})])
    assert (set(ahead.population.contracts), ahead.population.usage, ahead.unmetered) == ({"k2"}, (), ())


def test_who_comes_after_the_recorded_day_is_left_out() -> None:
    assert carried([contract("k1", date(2026, 11, 1))], []).population.contracts == {}


def test_a_contract_with_a_known_end_is_carried_on_up_to_it() -> None:
    """It ends inside February, so February is the last month that is used; one that ends on a first has none of it."""
    used = {"2025-11": 1, "2025-12": 2, "2026-01": 3, "2026-02": 4, "2026-03": 5}
    inside = contract("k1", date(2024, 1, 1), ended_on=date(2027, 2, 10))
    assert [name for _, name, _ in found(carried([inside], cells("k1", used)))][-1] == "2027-02"
    on_a_first = contract("k1", date(2024, 1, 1), ended_on=date(2027, 2, 1))
    assert [name for _, name, _ in found(carried([on_a_first], cells("k1", used)))][-1] == "2027-01"


# Laws


STARTS = st.dates(date(2024, 1, 1), date(2026, 10, 31))
QUANTITIES = st.integers(0, 10**6)


@st.composite
def worlds(draw: st.DrawFn, starts: st.SearchStrategy[date] = STARTS) -> Population:
    """Customers with one or two contracts, one after the other, and usage in months in which they run."""
    contracts: dict[str, Contract] = {}
    usage: list[UsageCell] = []
    for number in range(draw(st.integers(1, 4))):
        first = draw(starts)
        change = draw(st.none() | st.dates(first, TODAY))
        keys = [f"a{number}"] if change in (None, first) else [f"a{number}", f"b{number}"]
        days = [first, change, None] if len(keys) == 2 else [first, None]
        for key, start, end in zip(keys, days, days[1:], strict=False):
            assert start is not None
            reason = "upgrade" if end else None
            since = first if start != first else None
            one = contract(key, start, f"c{number}", ended_on=end, end_reason=reason, customer_since=since)
            contracts[key] = one
            usage += draw(used_by(one))
    return Population(contracts, tuple(usage))


@st.composite
def used_by(draw: st.DrawFn, one: Contract) -> list[UsageCell]:
    months = [add_months(date(2025, 11, 1), count) for count in range(-2, 12)]
    running = [
        name for name in months if month_of(one.started_on) <= name and (not one.ended_on or name < one.ended_on)
    ]
    return [
        UsageCell(one.contract_id, dimension, name, Decimal(draw(QUANTITIES)))
        for name in running
        for dimension in draw(st.sets(st.sampled_from(["words", "images", "team_seats"])))
    ]


def metered(usage: Iterable[UsageCell]) -> Counter[tuple[str, int]]:
    sums: Counter[tuple[str, int]] = Counter()
    for cell in usage:
        if cell.dimension != "team_seats":
            sums[cell.dimension, cell.month.month] += int(cell.quantity)
    return +sums


@given(worlds(starts=st.dates(date(2024, 1, 1), date(2025, 11, 1))))
def test_a_year_ahead_uses_what_the_last_year_used_where_all_twelve_months_are_known(world: Population) -> None:
    ahead = carried(world.contracts.values(), world.usage)
    last_year = [cell for cell in world.usage if date(2025, 11, 1) <= cell.month < date(2026, 11, 1)]
    running = {one.customer_id for one in world.contracts.values() if one.runs_on(TODAY)}
    kept = [cell for cell in last_year if world.contracts[cell.contract_id].customer_id in running]
    assert metered(ahead.population.usage) == metered(kept)


@given(worlds(), st.integers(1, 24))
def test_nobody_comes_nobody_leaves_and_nothing_is_used_twice(world: Population, months: int) -> None:
    ahead = carried(world.contracts.values(), world.usage, months)
    assert ahead.population.contracts == {key: one for key, one in world.contracts.items() if one.runs_on(TODAY)}
    places = [(cell.contract_id, cell.dimension, cell.month) for cell in ahead.population.usage]
    assert len(set(places)) == len(places)
    for cell in ahead.population.usage:
        assert ahead.window[0] <= cell.month < ahead.window[1]
        assert ahead.population.contracts[cell.contract_id].started_on < cell.month


@given(worlds())
def test_the_second_year_ahead_is_the_first_again_where_twelve_months_are_known(world: Population) -> None:
    old = {one.customer_id for one in world.contracts.values() if one.since <= date(2025, 11, 1)}
    ahead = carried(world.contracts.values(), world.usage, 24).population
    usage = [cell for cell in ahead.usage if ahead.contracts[cell.contract_id].customer_id in old]
    first, second = ([cell for cell in usage if (cell.month < YEAR_AHEAD[1]) is is_first] for is_first in (True, False))
    assert metered(first) == metered(second)
