"""The acceptance of the simulator, to be read aloud: Starter a tenth dearer for everybody, and nobody reacts.

What could move is ten percent of every Starter fee that falls due, each line rounded once; what moved leaves out who is
in notice, locked or prepaid; and the parts sum. All of it is worked out here in fractions, from the baseline's lines.
"""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest

from lib.catalog.scenario import parse_scenario
from lib.desk import Desk, Simulation
from lib.outcome import Line

TENTH_DEARER = """
name      = "Starter plus exactly 10 %"
author    = "founders"
why       = "the acceptance of the simulator"
baseline  = "2026-05-09"
effective = {effective}
[plans.starter-monthly]
list_price = 328.90               # 299 and a tenth
[plans.starter-annual]
list_price = 3_289                # 2,990 and a tenth
"""
HELD = ("in notice", "contract-locked", "prepaid until renewal", "before")
DAYS = ("2027-01-01", "2026-03-15")  # replayed over the whole window, and from a day inside it


@pytest.fixture(scope="module", params=DAYS)
def simulation(request: pytest.FixtureRequest, desk: Desk) -> Simulation:
    """Twelve months of the sample, the change in effect from their first day or from a day among them."""
    return desk.simulate(parse_scenario(TENTH_DEARER.format(effective=request.param), "ten-percent"))


def fees(simulation: Simulation) -> list[tuple[Line, Line, Line]]:
    """Every fee and credit on Starter's list price: today's line, the one at once, and the one as it was reached."""
    rows = zip(simulation.baseline.lines, simulation.proposed.lines, simulation.reached.lines, strict=True)
    return [(was, could, did) for was, could, did in rows if is_starter_fee(was)]


def is_starter_fee(line: Line) -> bool:
    is_listed = line.contract.plan_key in ("starter-monthly", "starter-annual") and line.contract.offer is None
    return line.period is not None and is_listed


def cents(dollars: Fraction) -> Decimal:
    """Rounded once, half away from zero."""
    whole = int(abs(dollars) * 100 + Fraction(1, 2))
    return Decimal(whole if dollars >= 0 else -whole) / 100


def of(line: Line) -> tuple[Decimal, Decimal]:
    """A fee's line today and a tenth dearer, from its list price and the fraction of the period that it bills."""
    fee = {"starter-monthly": Fraction(299), "starter-annual": Fraction(2990)}[line.contract.plan_key or ""]
    assert line.period is not None
    fraction = line.period.share
    return cents(fee * fraction), cents(Fraction(11, 10) * fee * fraction)


def test_there_is_enough_to_look_at(simulation: Simulation) -> None:
    shares = {was.period.share for was, _, _ in fees(simulation) if was.period}
    assert len(fees(simulation)) > 1000
    assert Fraction(1) in shares and min(shares) < 0  # whole fees, and credits of a part


def test_every_line_could_move_by_a_tenth_of_its_fee_rounded_once(simulation: Simulation) -> None:
    for was, could, _ in fees(simulation):
        assert (was.amount, could.amount) == of(was)


def test_on_a_whole_period_that_is_ten_percent_exactly(simulation: Simulation) -> None:
    for was, could, _ in fees(simulation):
        if was.period and was.period.share == 1:
            assert Fraction(could.amount or 0) == Fraction(11, 10) * Fraction(was.amount or 0)


def test_no_other_line_could_move_at_all(simulation: Simulation) -> None:
    rows = zip(simulation.baseline.lines, simulation.proposed.lines, simulation.reached.lines, strict=True)
    for was, could, did in rows:
        assert is_starter_fee(was) or was.amount == could.amount == did.amount


def test_what_could_move_is_the_sum_of_the_lines(simulation: Simulation) -> None:
    by_hand = [of(was) for was, _, _ in fees(simulation)]
    could = sum((dearer - today for today, dearer in by_hand), Decimal(0))
    assert simulation.delta == simulation.parts.could == could
    assert simulation.proposed.revenue == simulation.baseline.revenue + could


def test_what_moved_leaves_out_who_is_in_notice_locked_or_prepaid(simulation: Simulation) -> None:
    moved = Decimal(0)
    for was, _, did in fees(simulation):
        today, dearer = of(was)
        assert did.amount == (today if did.state in HELD else dearer)
        assert did.state in (*HELD, "repriced")
        moved += (did.amount or Decimal(0)) - today
    assert simulation.moved == simulation.parts.did == moved
    assert 0 < moved < simulation.delta


def test_the_parts_sum(simulation: Simulation) -> None:
    """What moved, and what each state holds, from the lines; together they are what could move."""
    sums: Counter[str] = Counter()
    for was, _, did in fees(simulation):
        today, dearer = of(was)
        sums[did.state] += dearer - today
    assert {state: part for state, part in simulation.parts.by_state.items() if part} == dict(sums)
    assert sum(sums.values()) == simulation.delta
    assert sums["repriced"] == simulation.moved


def test_the_figures_of_the_sample(desk: Desk) -> None:
    """Replayed over 2025-11-01 to 2026-11-01; the same two sums stand in tests/golden, said by a second calculation."""
    found = desk.simulate(parse_scenario(TENTH_DEARER.format(effective=DAYS[0]), "ten-percent"))
    assert found.baseline.revenue == Decimal("5451797.64")
    assert found.delta == Decimal("51598.78")
