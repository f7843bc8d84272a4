"""Who meets a price change when, what else each could choose, what its answer brings: by hand, and on the sample."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib import market
from lib.catalog.book import Book
from lib.catalog.rollout import Rollout
from lib.catalog.scenario import overlaid
from lib.contracts import Contract, Layer, Offer, Reach, Shelf, Waiting
from lib.desk import DATA, Desk
from lib.desk.simulating import laid_over
from lib.desk.simulation import Simulation, dated, layer
from lib.outcome import Population, UsageCell, outcome
from lib.periods import months_between
from lib.reactions import (
    Billed,
    Prepared,
    Reactions,
    ReactionsError,
    as_document,
    believed_churn,
    break_even_curve,
    people,
    prepare,
    reactions,
    tornado_bars,
    waterfall,
)
from lib.replay import answer
from lib.replay import prepare as prepare_replay
from lib.reports import responses_table
from lib.response import ORDER, RESPONSES, People, Responses, parse_responses
from lib.simulator.bill import Bill, bill
from tests.conftest import ROOT, cases
from tests.specification import current

KEYS = sorted(path.stem for path in (DATA / "scenarios").glob("*.toml"))
BELIEVED = parse_responses((ROOT / "data" / "assumptions" / "responses.toml").read_text())
EVERYTHING = BELIEVED.switched(RESPONSES)
WINDOW = (date(2026, 1, 1), date(2026, 5, 1))
NOTICE = 59  # from 1 January to 1 March 2026
REACH = {"stripe": Reach(NOTICE, "notice"), "aws": Reach(NOTICE, "new_entitlements")}
CHURN = {"aws_customer": Decimal("0.016"), "seller_self_managed": Decimal("0.009")}


# Worlds of two customers, by hand


def world(case: dict[str, Any], book: Book) -> tuple[Population, Layer]:
    rollout = Rollout(case.get("cohort", "all"), {key: tuple(one) for key, one in case.get("where", {}).items()})
    waiting = {rail: Waiting(NOTICE) for rail in REACH}
    one = Layer(lambda below: overlaid(below, case["changes"], "a test"), WINDOW[0], rollout, waiting)
    contracts, cells = [], list[UsageCell]()
    for name, told in zip(("first", "second"), case["customer"], strict=True):
        stays = list(contracts_of(name, told, book))
        contracts += stays
        for contract, used in zip(stays, (told["used"], told.get("used_then", {})), strict=False):
            cells += used_by(contract, used)
    return Population({contract.contract_id: contract for contract in contracts}, tuple(cells)), one


def contracts_of(name: str, told: dict[str, Any], book: Book) -> list[Contract]:
    plan, moves_on = book.plan(told["plan"]), told.get("moves_on")
    offer = Offer("o-1", told["offer"] + Decimal(0)) if "offer" in told else None
    about, ended = {"persona": told["persona"]}, moves_on or told.get("ended")
    reason = "upgrade" if moves_on else "churn" if ended else None
    first = Contract(
        f"{name}-1", name, told["rail"], plan.key, plan.tier, plan.term, told["started"], ended, reason, offer,
        about=about,
    )  # fmt: skip
    if not moves_on:
        return [first]
    then = book.plan(told["moves_to"])
    since = told["started"]
    return [
        first,
        replace(
            first, contract_id=f"{name}-2", plan_key=then.key, tier=then.tier, started_on=moves_on, ended_on=None,
            end_reason=None, customer_since=since,
        ),
    ]  # fmt: skip


def used_by(contract: Contract, used: dict[str, Sequence[int]]) -> list[UsageCell]:
    months = months_between(*WINDOW)
    return [
        UsageCell(contract.contract_id, dimension, month, Decimal(quantity))
        for dimension, quantities in used.items()
        for month, quantity in zip(months, quantities, strict=True)
        if quantity
    ]


def asked(case: dict[str, Any]) -> tuple[Prepared, People]:
    book = current()
    population, one = world(case, book)
    rails = {name: told["open"] for name, told in zip(("first", "second"), case["customer"], strict=True)}
    sides = (outcome(shelf, population, WINDOW, REACH) for shelf in (Shelf((book,)), Shelf((book,), (one,))))
    prepared = prepare(book, [one], population, WINDOW, REACH, CHURN, rails)
    return prepared, people(prepared, [one], Billed.of_outcomes(*sides, WINDOW))


@pytest.mark.parametrize("case", cases("reactions", "world"))
def test_what_two_customers_meet_and_could_choose(case: dict[str, Any]) -> None:
    prepared, them = asked(case)
    assert prepared.customers == ("first", "second")
    dimensions = [cells.dimension for cells in prepared.usual.cube.cells]
    for at, told in enumerate(case["customer"]):
        for book in ("baseline", "proposed"):
            assert getattr(them, book)[:, at] == near(told[f"bills_{book}"], 0.005)
            options = [number or math.nan for number in told[f"options_{book}"]]
            assert getattr(them, f"option_{book}")[at] == near(options, 0.0001)
        assert (them.exposed_in[at], them.chosen[at]) == (told["exposed_in"], told["chosen"])
        assert (them.is_new[at], them.is_monthly[at]) == (told.get("is_new", False), "monthly" in told["plan"])
        assert told["exposed_in"] < 0 or them.tenure_months[at] == told["tenure"]
        assert them.churn_rate[:, at] == near(told["churn"], 0.00001)
        saving = [them.annual_saving_baseline[at], them.annual_saving_proposed[at]]
        assert saving == near(told.get("saving", [math.nan, math.nan]), 0.0000001)
        assert them.other_rail_open[at] == ("other_rail" in told)
        if "other_rail" in told:
            assert [them.other_rail_baseline[at], them.other_rail_proposed[at]] == near(told["other_rail"], 0.0001)
        for place, dimension in enumerate(dimensions):
            assert them.overage_quantity[at, place] == pytest.approx(float(told["overage"].get(dimension, 0)), abs=1e-4)
            prices = [them.marginal_baseline[at, place], them.marginal_proposed[at, place]]
            assert prices == near(told["marginal"].get(dimension, [0, 0]), 1e-9)


def near(numbers: Sequence[Any], by: float) -> Any:
    return pytest.approx([float(number) for number in numbers], abs=by, nan_ok=True)


def believing(beliefs: dict[str, Any], on: Sequence[str]) -> Responses:
    """The shipped beliefs with some values of a case, whose range is the value alone."""
    case = BELIEVED.switched(on)
    for key, value in beliefs.items():
        name, _, own = key.partition(".")
        belief = replace(case[name].beliefs[own], value=Decimal(value), low=Decimal(value), high=Decimal(value))
        response = replace(case[name], beliefs={**case[name].beliefs, own: belief})
        case = replace(case, by_name={**case.by_name, name: response})
    return case


@pytest.mark.parametrize("case", cases("reactions", "answer"))
def test_what_two_customers_answer(case: dict[str, Any]) -> None:
    found = reactions(*asked(case), believing(case["believe"], case["on"]))
    assert tuple(step.name for step in found.answer.steps) == ORDER
    for step in found.answer.steps:
        assert step.delta_usd == pytest.approx(float(case["expect"].get(step.name, 0)), abs=1e-4)


ONE = {"plan": "starter-monthly", "rail": "stripe", "started": date(2025, 1, 1), "persona": "aws_customer", "open": []}


def images(**terms: Any) -> tuple[Prepared, People]:
    """Two customers of Starter who make 200 and 50 images a month, and other terms for images."""
    users = [{**ONE, "used": {"images": [quantity] * 4, "words": [60_000] * 4}} for quantity in (200, 50)]
    return asked({"changes": {"dimensions": {"images": terms}}, "customer": users})


@pytest.mark.parametrize(
    ("terms", "price", "units"),
    [
        ({"discounts": [{"percent": 10}]}, 0.045, 100),
        ({"maximum": 6}, 0.05, 100),
        (
            {"maximum": 4},
            0,
            0,
        ),  # 100 x 0.05 = 5 is above it: one more costs nothing, and nothing is known of the answer
        (
            {"bands": [{"from": 0, "unit_price": Decimal("0.05")}, {"from": 60, "unit_price": Decimal("0.03")}]},
            0.03,
            100,
        ),
        ({"model": "package", "unit_size": 10, "part_units": "up", "bands": [{"from": 0, "unit_price": 1}]}, 0.10, 100),
        ({"unit_size": 10, "bands": [{"from": 0, "unit_price": Decimal("0.60")}]}, 0.06, 100),
    ],
    ids=["a discount", "below a maximum", "at a maximum", "a second band", "packages of ten", "priced by ten"],
)
def test_the_price_of_one_more_image(terms: dict[str, Any], price: float, units: float) -> None:
    prepared, them = images(**terms)
    place = [cells.dimension for cells in prepared.usual.cube.cells].index("images")
    assert them.marginal_proposed[:, place] == pytest.approx([price, 0])
    assert them.marginal_baseline[:, place] == pytest.approx([0.05 if units else 0, 0])
    assert them.overage_quantity[:, place] == pytest.approx([units, 0])


def test_a_price_for_single_events_is_left_out_of_every_choice() -> None:
    """100 images over are 5.00; 10,000 words over, 0.01: only that is left, on both sides."""
    case = {"customer": [{**ONE, "used": {"images": [200] * 4, "words": [60_000] * 4}}] * 2}
    events = {"model": "percentage", "unit_size": 100, "per_event": {"fixed": Decimal("0.25")}}
    population, one = world({**case, "changes": {"dimensions": {"images": events}}}, current())
    prepared = prepare(current(), [one], population, WINDOW, REACH, CHURN, {})
    bills = np.full((2, 4), 304.01)
    them = people(prepared, [one], Billed(("first", "second"), bills, bills))
    assert list(them.own_baseline) == list(them.own_proposed) == [299.01, 299.01]


def test_a_plan_that_only_the_proposed_book_has_can_be_chosen_there() -> None:
    new = {"tier": "accelerate", "term": "monthly", "list_price": 1_499, "public": True}
    _, them = asked({"changes": {"plans": {"accelerate-lite": new}}, "customer": [{**ONE, "used": {}}] * 2})
    assert sorted(them.option_proposed[0]) == [299, 1499, 1499, 3999]
    assert np.isnan(them.option_baseline[0]).sum() == 1


# Who may not be asked


def test_bills_of_strangers_and_of_other_months_are_refused() -> None:
    prepared, _ = asked(cases("reactions", "answer")[0].values[0])
    bills = np.zeros((1, 4))
    with pytest.raises(ReactionsError, match="nobody is billed in the window and has no contract in it"):
        people(prepared, [], Billed(("nobody",), bills, bills))
    with pytest.raises(ReactionsError, match="bills of 3 months cannot be answered in a window of 4"):
        people(prepared, [], Billed(("first",), bills[:, :3], bills[:, :3]))


def test_a_persona_without_a_belief_is_refused_with_the_nearest_one() -> None:
    case = cases("reactions", "answer")[0].values[0]
    population, one = world(case, current())
    with pytest.raises(ReactionsError, match="'aws_customer' leave in a month; did you mean 'aws_customers'"):
        prepare(current(), [one], population, WINDOW, REACH, {"aws_customers": Decimal(0)}, {})


def test_nobody_at_all_is_answered_with_nothing() -> None:
    prepared = prepare(current(), [], Population({}, ()), WINDOW, REACH, CHURN, {})
    found = reactions(prepared, people(prepared, [], Billed((), np.zeros((0, 4)), np.zeros((0, 4)))), EVERYTHING)
    assert [step.delta_usd for step in found.answer.steps] == [0] * len(ORDER)


# The sample


@cache
def sampled(desk: Desk, *keys: str) -> tuple[Prepared, People, Simulation]:
    """The sample under scenarios of the desk, laid over each other, line by line."""
    scenarios = [desk.scenario(key) for key in keys]
    found = desk.simulate(*scenarios)
    layers = [layer(one, laid_over(desk, one), desk.rails) for one in dated(scenarios, desk.window)]
    prepared = ready(desk, layers)
    return prepared, people(prepared, layers, Billed.of_outcomes(found.baseline, found.reached, found.window)), found


def ready(desk: Desk, layers: Sequence[Layer], book: Book | None = None) -> Prepared:
    churn = {persona: belief.value for persona, belief in desk.assumptions.churn.items()}
    rails = {row["customer_id"]: market.open_rails(row, desk.rails) for row in desk.warehouse.rows("customer")}
    return prepare(book or desk.book, layers, desk.population, desk.window, desk.reach, churn, rails)


def told(desk: Desk, key: str, **changed: Any) -> Layer:
    scenario = replace(desk.scenario(key), **changed)
    return layer(dated([scenario], desk.window)[0], laid_over(desk, scenario), desk.rails)


def fast(desk: Desk, one: Layer, book: Book | None = None) -> Billed:
    """Everybody's bills the way the page asks for them."""
    prepared = prepare_replay(book or desk.book, one, desk.population, desk.window, desk.reach)
    return Billed.of_answer(answer(prepared, one.laid_over(book or desk.book)))


@pytest.mark.parametrize("keys", [*((key,) for key in KEYS), ("starter-plus-10", "images-at-six-cents")])
def test_with_nothing_switched_on_the_answer_is_what_really_moved(desk: Desk, keys: tuple[str, ...]) -> None:
    prepared, them, found = sampled(desk, *keys)
    static = reactions(prepared, them, BELIEVED)
    answer = static.answer
    assert cents(answer["static"].delta_usd) == found.moved
    by_month = found.reached.by(lambda line: line.month)
    assert [cents(revenue) for revenue in answer.steps[-1].revenue] == [by_month[month] for month in prepared.months]
    assert [(step.delta_usd, step.moved) for step in answer.steps[1:]] == [(0.0, 0.0)] * len(RESPONSES)
    assert (static.low_usd, static.high_usd, static.is_static) == (answer.delta_usd, answer.delta_usd, True)


def cents(amount: float) -> Decimal:
    return Decimal(f"{amount:.2f}")


@pytest.mark.parametrize(
    "rollout",
    [{}, {"cohort": "new"}, {"cohort": "renewal"}, {"where": {"rail": ("aws",), "tier": ("starter",)}}],
    ids=["everybody", "new ones", "at renewal", "Starter on AWS"],
)
def test_a_scenario_that_changes_nothing_is_answered_by_nobody(desk: Desk, rollout: dict[str, Any]) -> None:
    one = told(desk, "starter-plus-10", changes={}, rollout=Rollout(**rollout))
    prepared = ready(desk, [one])
    them = people(prepared, [one], fast(desk, one))
    assert them.is_exposed.any()
    found = reactions(prepared, them, free())
    assert [(step.delta_usd, step.moved) for step in found.answer.steps] == [(0.0, 0.0)] * len(ORDER)
    assert found.answer.steps[-1].bills.tobytes() == them.baseline.tobytes()


def free() -> Responses:
    """Everything on, every belief at its largest answer, and no friction at all."""
    case = EVERYTHING
    for key, belief in case.beliefs():
        case = case.at(key, "low" if key.startswith("plan_switch") or belief.low < 0 else "high")
    return case


ALL_ON_STARTER = {"audio_minutes": 30, "video_minutes": 5, "api_requests": 10_000}


@pytest.mark.parametrize("offers_everything", [False, True])
def test_nobody_moves_at_todays_prices_though_the_bare_rule_would_book_a_large_loss(
    desk: Desk, offers_everything: bool
) -> None:
    """What 318 customers paid for October 2026, rated here one by one: 489,940.90, a month's part of a year's price.

    On the cheapest plan of their term and rail it is 245,190.77, half of it: whatever a plan does not offer costs
    nothing there. Either that keeps them where they are, or, in a book that offers everything on every plan, only
    what they forgo today does.
    """
    changes = {"allowances": dict.fromkeys(("starter", "accelerate"), ALL_ON_STARTER)} if offers_everything else {}
    book = overlaid(desk.book, changes, "a test")
    paid, cheapest = october(desk, book)
    if not offers_everything:
        assert (paid, cheapest) == (Decimal("489940.90"), Decimal("245190.77"))
    assert (paid - cheapest) / paid > Decimal("0.45")
    one = told(desk, "starter-plus-10", changes={})
    prepared = ready(desk, [one], book)
    them = people(prepared, [one], fast(desk, one, book))
    found = reactions(prepared, them, free().switched({"plan_switch"})).answer["plan_switch"]
    assert (found.on, found.delta_usd, found.moved) == (True, 0.0, 0.0)
    known = them.chosen >= 0
    assert known.sum() > 300
    forgone = them.own_baseline[known] - np.nanmin(them.option_baseline[known], axis=1)
    assert (forgone.sum() > 200_000) == offers_everything


def october(desk: Desk, book: Book) -> tuple[Decimal, Decimal]:
    """What everybody by list pays for the month on the own plan, and on the cheapest of its term whatever it offers."""
    month, sums = date(2026, 10, 1), [Decimal(0), Decimal(0)]
    for one in desk.population.contracts.values():
        if one.plan_key and not one.offer and one.runs_on(month) and not one.ended_on:
            usage = desk.usage_of(one.customer_id, month)
            plans = [plan.key for plan in book.plans.values() if plan.term == one.term]
            bills = {key: bill(book, one.rail, key, usage) for key in plans}
            amounts = {key: (found.base or Decimal(0)) + found.overage for key, found in bills.items()}
            sums = [sums[0] + amounts[one.plan_key], sums[1] + min(amounts.values())]
    return sums[0], sums[1]


def test_options_are_the_mean_of_the_months_rated_one_by_one(desk: Desk) -> None:
    prepared, them, _ = sampled(desk, "stratified-allowances")
    proposed = desk.proposed_book(desk.scenario("stratified-allowances"))
    some = sorted(settled(desk).items())[::5]
    assert len(some) > 25
    for name, contract in some:
        at = prepared.customers.index(name)
        months = [month for month in prepared.months if contract.started_on <= month]
        used = [desk.usage_of(name, month) for month in months]
        for place, plan in enumerate(p for p in desk.book.plans.values() if p.term == contract.term):
            for book, options in ((desk.book, them.option_baseline), (proposed, them.option_proposed)):
                is_own = plan.key == contract.plan_key
                if is_own and book is proposed and contract.rail == "aws":
                    book = desk.book  # a running entitlement keeps its allowances
                found = [bill(book, contract.rail, plan.key, usage) for usage in used]
                if is_own or all(serves(one, contract, desk.book) for one in found):
                    fee = float(one_fee(book, contract.rail, plan.key))
                    mean = fee + float(sum(one.overage for one in found)) / len(months)
                    assert options[at, place] == pytest.approx(mean, abs=1e-6), (name, plan.key)
                else:
                    assert math.isnan(options[at, place]), (name, plan.key)


@cache
def settled(desk: Desk) -> dict[str, Contract]:
    """Customers with one contract by list, begun before the window or on a month's first day, which still runs."""
    owned: dict[str, list[Contract]] = {}
    for one in desk.population.contracts.values():
        owned.setdefault(one.customer_id, []).append(one)
    alone = {name: own[0] for name, own in owned.items() if len(own) == 1}
    return {
        name: one
        for name, one in alone.items()
        if one.plan_key and not one.offer and not one.ended_on
        if one.started_on < desk.window[0] or one.started_on.day == 1
    }


def serves(found: Bill, contract: Contract, book: Book) -> bool:
    """Whether a plan has a price for all that is used and that the own plan offers."""
    asked = (name for name, charge in found.charges.items() if charge.amount is None and charge.quantity)
    return all(str(book.allowance(contract.rail, contract.tier or "", name)) == "not offered" for name in asked)


def one_fee(book: Book, rail: str, plan_key: str) -> Decimal:
    price = book.list_price(rail, plan_key)
    assert isinstance(price, Decimal)
    return price / book.plan(plan_key).months


@pytest.mark.parametrize("key", KEYS)
def test_both_ways_to_the_bills_lay_out_the_same_people(desk: Desk, key: str) -> None:
    prepared, slow, _ = sampled(desk, key)
    one = told(desk, key)
    quick = people(prepared, [one], fast(desk, one))
    for name in ("baseline", "proposed", "exposed_in", "option_proposed", "chosen"):
        assert np.array_equal(getattr(slow, name), getattr(quick, name), equal_nan=name == "option_proposed"), name


@pytest.mark.parametrize("key", KEYS)
def test_who_meets_another_bill_is_exposed_and_nobody_may_leave_before_a_period_ends(desk: Desk, key: str) -> None:
    prepared, them, _ = sampled(desk, key)
    differs = np.any(them.proposed != them.baseline, axis=0)
    assert np.all(them.is_exposed[differs])
    first = np.argmax(them.proposed != them.baseline, axis=0)
    assert np.all(them.exposed_in[differs] >= first[differs])
    assert not them.churn_rate[~prepared.begins].any()
    annual = {name for name, one in settled(desk).items() if one.term == "annual"}
    only = [name in annual for name in prepared.customers]
    assert np.all((them.churn_rate[:, only] > 0).sum(axis=0) <= 1)


def test_customers_on_stripe_may_move_with_an_aws_account_and_those_on_aws_always(desk: Desk) -> None:
    prepared, them, _ = sampled(desk, "pass-the-fee-on")
    account = {row["customer_id"]: row["has_aws_account"] for row in desk.warehouse.rows("customer")}
    seen = set()
    for at, name in enumerate(prepared.customers):
        if name in settled(desk) and them.is_exposed[at] and them.chosen[at] >= 0:
            rail = settled(desk)[name].rail
            assert them.other_rail_open[at] == (rail == "aws" or account[name] == "yes")
            seen.add((rail, bool(them.other_rail_open[at])))
    assert seen == {("aws", True), ("stripe", True), ("stripe", False)}


def test_what_a_price_per_unit_changes_is_the_units_above_times_the_change_of_the_marginal_price(desk: Desk) -> None:
    """Images cost 0.05 and become 0.06: a cent more for each above the allowance, where rates are reached."""
    prepared, them, _ = sampled(desk, "images-at-six-cents")
    place = [cells.dimension for cells in prepared.usual.cube.cells].index("images")
    moved = them.marginal_proposed[:, place] > them.marginal_baseline[:, place]
    assert moved.sum() > 50
    assert them.marginal_baseline[moved, place] == pytest.approx(0.05)
    more = them.overage_quantity[moved, place] * 0.01
    rises = (them.own_proposed - them.own_baseline)[moved]
    chosen = them.chosen[moved] >= 0
    assert rises[chosen] == pytest.approx(more[chosen], abs=0.005)  # half a cent: bills are of rounded lines


@given(st.integers(250, 500), st.integers(1000, 2500), st.sampled_from(["all", "new", "renewal"]))
@settings(max_examples=6)
def test_any_prices_and_beliefs_leave_the_static_change_alone(
    desk: Desk, starter: int, accelerate: int, cohort: str
) -> None:
    plans = {"starter-monthly": starter, "accelerate-monthly": accelerate, "starter-annual": 10 * starter}
    changes = {"plans": {key: {"list_price": price} for key, price in plans.items()}}
    changes["plans"]["accelerate-annual"] = {"list_price": 10 * accelerate}
    one = told(desk, "starter-plus-10", changes=changes, rollout=Rollout(cohort))
    prepared, billed = ready(desk, [one]), fast(desk, one)
    found = reactions(prepared, people(prepared, [one], billed), EVERYTHING)
    static = float(np.sum(billed.proposed - billed.baseline))
    assert found.answer["static"].delta_usd == pytest.approx(static, abs=0.005)
    assert sum(step.delta_usd for step in found.answer.steps) == pytest.approx(found.answer.delta_usd, abs=0.005)
    assert found.low_usd <= found.answer.delta_usd <= found.high_usd
    low, high = believed_churn(found.people, BELIEVED)
    assert 0 <= low <= high <= 1


# What it looks like


def starter(desk: Desk, responses: Responses = EVERYTHING) -> Reactions:
    prepared, them, _ = sampled(desk, "starter-plus-10")
    return reactions(prepared, them, responses)


def test_the_document_holds_every_step_in_order_and_money_as_text(desk: Desk) -> None:
    found = json.loads(json.dumps(as_document(starter(desk))))
    assert [step["response"] for step in found["steps"]] == list(ORDER)
    assert [step["is_estimate"] for step in found["steps"]] == [False] + [True] * len(RESPONSES)
    assert found["is_estimate"] and found["steps"][0]["delta_usd"] == "44923.62"
    amounts = [Decimal(step["delta_usd"]) for step in found["steps"]]
    assert sum(amounts) == pytest.approx(Decimal(found["delta_usd"]), abs=Decimal("0.03"))
    assert Decimal(found["low_usd"]) < Decimal(found["delta_usd"]) < Decimal(found["high_usd"])
    assert all(
        set(one) == {"value", "low", "high", "grade", "source"} for one in found["steps"][5]["assumptions"].values()
    )
    assert len(found["break_even"]["by_month"]) == 12
    assert (
        found["break_even"]["extra_churn_rate"] == found["break_even"]["by_month"][-1]["extra_churn_rate"] == 0.017191
    )
    assert {bar["assumption"] for bar in found["tornado"]["bars"]} == {key for key, _ in BELIEVED.beliefs()}


def test_with_nothing_on_the_document_is_no_estimate_and_its_tornado_hypothetical(desk: Desk) -> None:
    found = as_document(starter(desk, BELIEVED))
    assert (found["is_estimate"], found["delta_usd"], found["low_usd"]) == (False, "44923.62", "44923.62")
    assert found["tornado"]["is_hypothetical"]


def test_the_table_says_what_is_counted_how_sure_it_is_and_what_the_gain_survives(desk: Desk) -> None:
    lines = responses_table(as_document(starter(desk))).splitlines()
    assert lines[0].split() == ["response", "counted", "change", "customers"]
    assert lines[1].split() == ["static", "yes", "$44,923.62", "197"]
    assert lines[8].startswith("an estimate: $27,") and " to $45,000 as the beliefs go" in lines[8]
    assert lines[9] == "the gain is gone if 1.72% more of those who meet it leave at once"
    nobody = responses_table(as_document(starter(desk, BELIEVED)))
    assert "nobody reacts: $44,923.62; switch a response on to see a range" in nobody


def test_frames_hold_the_steps_the_curve_and_the_bars(desk: Desk) -> None:
    found = starter(desk)
    fall = waterfall(found)
    assert list(fall["name"]) == ["static", "plan switch", "term switch", "rail switch", "usage", "churn", "conversion"]
    assert fall["delta_usd"].sum() == pytest.approx(found.answer.delta_usd)
    believed = believed_churn(found.people, BELIEVED)
    curve = break_even_curve(found, believed)
    at = found.break_even.break_even
    assert at is not None and 0 == believed[0] < at < believed[1]  # the beliefs let all of the gain go
    rates, left = (curve[column].to_numpy() for column in ("extra_churn_rate", "delta_usd"))
    assert left[0] == pytest.approx(44923.62) and left[rates == at] == pytest.approx([0], abs=1e-6)
    assert np.all(np.diff(rates) > 0) and np.all(np.diff(left) < 0)
    inside = curve[curve["is_believed"]]["extra_churn_rate"]
    assert (inside.min(), inside.max()) == believed
    assert not break_even_curve(found)["is_believed"].any()
    bars = tornado_bars(found)
    assert bars["assumption"].iloc[0] == "conversion.elasticity"
    swings = (bars["high_usd"] - bars["low_usd"]).abs()
    assert list(swings) == sorted(swings, reverse=True) and swings.min() >= 1
