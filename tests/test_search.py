"""The price search: optima found by hand, the straight line it stands on, and what must hold of any answer."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import settings as budget
from hypothesis import strategies as st

from lib.catalog.allowance import UNLIMITED
from lib.catalog.book import Book, parse
from lib.catalog.scenario import overlaid
from lib.claims.checks import judge
from lib.claims.claim import Claim, Evidence
from lib.claims.parse import parse as parse_claims
from lib.kernel.bills import bills, by_customer, terms_of
from lib.kernel.cube import Segment, Used, cube
from lib.kernel.prefix import prefix_sums
from lib.search import Costs, Fee, Problem, Rule, SearchError, claim_rules, parse_search, problem, search
from lib.search.pool import not_dominated, spread
from lib.search.prices import free_prices, overlay_of
from tests.conftest import ROOT, cases
from tests.specification import CLAIMS, current

D = Decimal
JANUARY = date(2026, 1, 1)
DATA = (ROOT / "data" / "search.toml").read_text()
TIERS = ("starter", "accelerate", "command")
TERMS = {"monthly": "monthly", "annual": "annual"}
RUN = {"cloud": 256, "population": 16, "refine": 1024, "relax": 1024, "batch": 64, "shortlist": 5, "clean_tries": 8}
SMALL = replace(parse_search(DATA).run, **RUN)


def document(prices: dict[str, str], dimensions: dict[str, Any], allowances: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "case",
        "product": "case",
        "effective": JANUARY,
        "currency": "USD",
        "tiers": {tier: {"name": tier, "rank": rank} for rank, tier in enumerate(TIERS, start=1)},
        "plans": {
            key: {"tier": key.split("-")[0], "term": key.split("-")[1], "list_price": price}
            for key, price in prices.items()
        },
        "dimensions": dimensions,
        "allowances": allowances,
    }


def dimension(bands: list[Any], **more: Any) -> dict[str, Any]:
    known = [{"from": D(start), "unit_price": D(price)} for start, price in bands]
    return {"name": "a", "unit": "a", "unit_size": 1, "tier_floor": "any", "metered": True, "bands": known, **more}


def free_text(entry: list[Any]) -> str:
    place = f'plan = "{entry[0]}"' if len(entry) == 3 else f'dimension = "{entry[0]}"\nband = {entry[1]}'
    return f'[[free]]\n{place}\ndown = {entry[-2]}\nup = {entry[-1]}\nwhy = "a case"\n'


def must_text(entry: dict[str, Any]) -> str:
    numbers = {"margin": "0", **{key: value for key, value in entry.items() if key != "kind"}}
    lines = "".join(f"{key} = {value}\n" for key, value in numbers.items())
    return f'[[constraints]]\nkind = "{entry["kind"]}"\n{lines}on = true\nwhy = "a case"\nsource = "a case"\n'


def settings_of(free: list[Any], must: list[Any], **run: Any):
    """The file's own run and endings, a case's prices and constraints, and small numbers."""
    block, endings = DATA[DATA.index("\n[run]") : DATA.index("\n[[free]]")], DATA[DATA.index("\n[[endings]]") :]
    text = "\n".join([block, *map(free_text, free), *map(must_text, must), endings])
    return replace(parse_search(text), run=replace(SMALL, **run))


def claim_of(entry: dict[str, Any], book: Book) -> Claim:
    years = tuple(key for key in book.plans if key.endswith("annual"))
    value = D(entry["value"])
    return Claim(entry["check"], "s", entry["words"], "published claim", True, entry["check"], "case", "a case", value,
                 entry["rounding"], years)  # fmt: skip


def problem_of(case: dict[str, Any], **run: Any) -> Problem:
    units = case.get("units", {"allowance": {}, "bands": [["0", "1"]]})
    allowances = {tier: {"units": included} for tier, included in units["allowance"].items()}
    book = parse(document(case["prices"], {"units": dimension(units["bands"])}, allowances))
    rows, fees = [], []
    for number, (plan, share, quantity) in enumerate(case["customers"]):
        name, segment = f"c{number}", Segment("stripe", plan.split("-")[0])
        fees.append(Fee(name, "stripe", plan, Fraction(share)))
        rows += [Used(name, "one", segment, JANUARY, "units", D(quantity))] if quantity else []
    costs = {key: D(value) for key, value in case.get("costs", {}).items()}
    known = Costs({"units": costs.get("units")}, costs.get("infrastructure"))
    rules = claim_rules(book, [claim_of(entry, book) for entry in case.get("claims", [])])
    return problem(book, cube(rows), fees, known, rules, settings_of(case["free"], case.get("must", []), **run))


@pytest.mark.parametrize("case", cases("search"))
def test_a_small_world_s_optimum_by_hand(case):
    found = search(problem_of(case))
    best = {name: float(price) for name, price in case["best"].items()}
    if "most" in case:
        most = float(case["most"])
        assert found.most_revenue <= most * (1 + 1e-8)
        assert found.most_revenue == pytest.approx(most, rel=2e-4)
        assert max(found.front, key=lambda one: one.revenue).prices == pytest.approx(best, rel=2e-3)
        assert {one.name for one in found.binding} == set(case["binding"])
        for one in found.binding:
            assert one.gain == pytest.approx(float(case["binding"][one.name]), rel=0.05, abs=most * 2e-4)
        for price in found.region:
            assert price.low <= best[price.name] * (1 + 2e-3) and price.high >= best[price.name] * (1 - 2e-3)
    else:
        assert (found.region, found.front, found.binding, found.shortlist) == ((), (), (), ())
        assert list(found.excluded.together) == case["excluded"]
        assert found.excluded.nearest.prices == pytest.approx(best, rel=2e-3)
        assert found.excluded.broken == pytest.approx({k: float(v) for k, v in case["broken"].items()}, abs=2e-4)
    if "share_feasible" in case:
        assert found.share_feasible == pytest.approx(float(case["share_feasible"]), abs=0.01)
    assert {one.name: one.why for one in found.undecided} == case.get("undecided", {})


# The straight line a search stands on


MODELS = st.sampled_from(
    [("graduated", "exact"), ("graduated", "up"), ("volume", "exact"), ("package", "up"), ("per_unit", "exact")]
)
PRICES = st.integers(1, 9_999).map(lambda steps: D(steps).scaleb(-4))
QUANTITIES = st.integers(0, 400_000).map(lambda steps: D(steps).scaleb(-3))
ALLOWANCES = st.one_of(st.integers(0, 300), st.sampled_from(["unlimited", "not offered", "by contract"]))
SEGMENTS = [Segment(rail, tier) for rail in ("stripe", "aws") for tier in TIERS]


@st.composite
def dimensions(draw: st.DrawFn) -> dict[str, Any]:
    model, part_units = draw(MODELS)
    starts = sorted(draw(st.sets(st.integers(1, 200), max_size=2))) if model in ("graduated", "volume") else []
    bands = [
        {"from": start, "unit_price": draw(PRICES), "flat_fee": draw(st.sampled_from([0, D("1.5")]))}
        for start in [0, *starts]
    ]
    size = draw(st.sampled_from([1, 3, 1000]))
    return {**dimension([]), "bands": bands, "model": model, "part_units": part_units, "unit_size": size}


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Book, list[Used], list[Fee], list[list[Any]], list[D]]:
    """A random book, its population's usage and fees, some free prices, and where a candidate puts each."""
    priced = {name: draw(dimensions()) for name in ("words", "images")}
    allowances = {tier: {name: draw(ALLOWANCES) for name in priced} for tier in TIERS}
    plans = {f"{tier}-monthly": str(draw(st.integers(50, 5000))) for tier in TIERS}
    names, keys_of_plans = st.sampled_from(list(priced)), st.sampled_from(list(plans))
    keys = st.tuples(st.integers(0, 3), st.sampled_from(SEGMENTS), st.sampled_from([1, 2]), names)
    used = draw(st.dictionaries(keys, QUANTITIES, min_size=1, max_size=20))
    rows = [
        Used(f"c{who}", "one", segment, date(2026, month, 1), name, quantity)
        for (who, segment, month, name), quantity in used.items()
    ]
    billed = st.tuples(st.integers(0, 4), st.sampled_from(["stripe", "aws"]), keys_of_plans)
    fees = [
        Fee(f"c{who}", rail, plan, Fraction(draw(st.integers(0, 60)), 30))
        for who, rail, plan in draw(st.lists(billed, max_size=5, unique=True))
    ]
    places = [[plan, "0.3", "0.3"] for plan in plans] + [
        [name, band, "0.3", "0.3"] for name, item in priced.items() for band in range(1, len(item["bands"]) + 1)
    ]
    free = draw(st.lists(st.sampled_from(places), min_size=1, unique_by=str))
    moves = draw(st.lists(st.integers(-30, 30), min_size=len(free), max_size=len(free)))
    return parse(document(plans, priced, allowances)), rows, fees, free, [D(100 + move) / 100 for move in moves]


@budget(max_examples=60)
@given(worlds())
def test_bills_on_the_straight_line_are_the_kernel_s_before_rounding(world):
    book, rows, fees, free, factors = world
    settings, population = settings_of(free, []), cube(rows)
    moving = problem(book, population, fees, Costs(), [], settings)
    values = [price.baseline * factor for price, factor in zip(moving.prices, factors, strict=True)]
    (billed,) = moving.bills(np.array([float(value) for value in values]))
    proposed = overlaid(book, overlay_of(book, moving.prices, values), "a candidate")

    base = sum(fee.share * Fraction(proposed.list_price(fee.rail, fee.plan)) for fee in fees)
    exact = prefix_sums(population).total(terms_of(proposed)).of() + base
    assert billed.sum() == pytest.approx(float(exact), rel=1e-9, abs=1e-9)

    own = dict.fromkeys(moving.world.customers, 0.0)
    coins = bills(population, terms_of(proposed))
    for name, cents in zip(population.customers, by_customer(population, coins), strict=True):
        own[name] += cents / 100
    for fee in fees:
        own[fee.customer] += float(fee.share * Fraction(proposed.list_price(fee.rail, fee.plan)))
    for name, bill in zip(moving.world.customers, billed, strict=True):
        lines = sum(row.customer == name for row in rows)
        assert abs(bill - own[name]) <= 0.005 * lines + 1e-9


def test_quantities_too_fine_or_too_large_for_whole_numbers_are_billed_too():
    # 2.0000000000001 and 10**19 units at $1 are beyond the cube's whole numbers; 3 is not.
    book = parse(document({"starter-monthly": "100"}, {"units": dimension([["0", "1"]])}, {"starter": {"units": 0}}))
    rows = [
        Used(name, "one", Segment("aws", "starter"), JANUARY, "units", D(quantity))
        for name, quantity in (("a", "2.0000000000001"), ("b", "1e19"), ("c", "3"))
    ]
    moving = problem(book, cube(rows), [], Costs(), [], settings_of([["units", 1, "0.5", "0.5"]], []))
    assert moving.bills(np.array([1.5])).tolist() == [[pytest.approx(3.00000000000015), pytest.approx(1.5e19), 4.5]]


def test_a_price_that_is_no_straight_line_is_refused_where_it_moves_and_rated_line_by_line_where_it_stays():
    # 7 units at $0.555 with at least $5 due: 5, not 3.885; the fee is the one that moves.
    items = {"units": dimension([["0", "0.555"]], minimum=5)}
    book = parse(document({"starter-monthly": "100"}, items, {"starter": {"units": 0}}))
    rows = cube([Used("a", "one", Segment("aws", "starter"), JANUARY, "units", D(7))])
    fees = [Fee("a", "aws", "starter-monthly", Fraction(1))]
    staying = problem(book, rows, fees, Costs(), [], settings_of([["starter-monthly", "0.1", "0.1"]], []))
    assert staying.bills(np.array([110.0])).tolist() == [[115.0]]
    with pytest.raises(SearchError, match="units on aws has minimum"):
        problem(book, rows, fees, Costs(), [], settings_of([["units", 1, "0.1", "0.1"]], []))


def test_what_no_list_price_moves_is_part_of_every_bill_and_of_subscriptions():
    case = {
        "prices": {"starter-monthly": "100"},
        "customers": [["starter-monthly", 1, 0]],
        "free": [["starter-monthly", "0.1", "0.1"]],
    }
    book = problem_of(case).book
    fees, limits = (
        [Fee("c0", "stripe", "starter-monthly", Fraction(1))],
        [{"kind": "infrastructure_share", "limit": "0.1"}],
    )
    apart = {"c0": D(50), "private": D(250)}
    settings = settings_of(case["free"], limits)
    moving = problem(book, cube([]), fees, Costs({}, D(40)), [], settings, apart)
    assert moving.bills(np.array([110.0])).tolist() == [[160.0, 250.0]]
    # 40 of 110 + 50 + 250
    assert moving.evaluated(np.array([[110.0]])).values[0, 0] == pytest.approx(40 / 410)


def test_a_private_offer_s_own_allowance_holds_and_a_bill_below_a_dollar_counts_as_one():
    # 4 units at 10 cents, and 900 that an offer includes; 20 % on 40 cents is 8 cents, or 8 % of a dollar.
    book = parse(document({"starter-monthly": "100"}, {"units": dimension([["0", "0.1"]])}, {"starter": {"units": 0}}))
    offered = Segment("aws", "starter", (("units", UNLIMITED),))
    rows = [
        Used("a", "one", Segment("aws", "starter"), JANUARY, "units", D(4)),
        Used("b", "one", offered, JANUARY, "units", D(900)),
    ]
    limits = [{"kind": "sharpest_rise", "limit": "0.5"}]
    moving = problem(book, cube(rows), [], Costs(), [], settings_of([["units", 1, "0.5", "0.5"]], limits))
    assert moving.bills(np.array([0.12])).tolist() == [[pytest.approx(0.48), 0.0]]
    assert moving.evaluated(np.array([[0.12]])).sharpest_rise[0] == pytest.approx(0.08)


def test_the_marketplace_s_fee_is_a_cost_only_where_the_book_says_so():
    # 100 on AWS and 100 on Stripe, 3 of the first to AWS, 20 to serve: 177 of 200, or 180 without the fee.
    case = {"prices": {"starter-monthly": "100"}, "customers": [], "free": [["starter-monthly", "0.1", "0.1"]]}
    settings = settings_of(case["free"], [{"kind": "gross_margin", "limit": "0.5"}])
    book = problem_of(case).book
    fees = [Fee(rail, rail, "starter-monthly", Fraction(1)) for rail in ("aws", "stripe")]
    as_cost = overlaid(book, {"settings": {"marketplace_fee": "revenue"}}, "a case")
    known = Costs({}, D(20), {"aws": D("0.03"), "stripe": D(0)})
    for read, costs, margin in ((as_cost, known, 0.885), (book, replace(known, fee_rates={}), 0.9)):
        found = problem(read, cube([]), fees, costs, [], settings)
        assert found.evaluated(np.array([[100.0]])).values[0, 0] == pytest.approx(margin)
    (missing,) = problem(as_cost, cube([]), fees, Costs({}, D(20)), [], settings).undecided
    assert "the fee of aws" in missing.why


# What must hold of any answer


LISTED = {"starter-monthly": "100", "starter-annual": "1000", "accelerate-monthly": "400", "accelerate-annual": "4000"}
WORLD = {
    "prices": LISTED,
    "units": {"allowance": {"starter": 50, "accelerate": 200}, "bands": [["0", "1"], ["100", "0.8"]]},
    "customers": [
        *(["starter-monthly", 12, used] for used in (0, 40, 90, 160)),
        *(["starter-annual", 1, used] for used in (10, 120)),
        *(["accelerate-monthly", 12, used] for used in (100, 250, 700)),
        *(["accelerate-annual", 1, used] for used in (180, 900)),
    ],
    "free": [
        *([plan, "0.25", "0.25"] for plan in LISTED),
        ["units", 1, "0.25", "0.25"],
        ["units", 2, "0.25", "0.25"],
    ],
    "claims": [{"check": "free_months", "value": "2", "rounding": "floor", "words": "2 months free"}],
    "must": [
        {"kind": "customers_up", "above": "0.1", "limit": "0.3"},
        {"kind": "sharpest_rise", "limit": "0.2"},
        {"kind": "tier_order", "limit": "0.5"},
        {"kind": "cliffs", "limit": "0.2"},
    ],
}  # fmt: skip
ANSWER = search(problem_of(WORLD))


def test_every_member_of_front_and_shortlist_keeps_every_constraint():
    assert ANSWER.front and ANSWER.shortlist and ANSWER.excluded is None
    for one in (*ANSWER.front, *(proposal.estimate for proposal in ANSWER.shortlist)):
        assert min(one.spare.values()) >= -1e-9


def test_the_region_is_what_lies_within_half_a_per_cent_of_the_most():
    near = [one for one in ANSWER.front if one.revenue >= ANSWER.most_revenue * 0.995]
    assert near and ANSWER.region_size >= len(near)
    for price in ANSWER.region:
        values = [one.prices[price.name] for one in near]
        assert price.low <= min(values) and max(values) <= price.high
        assert price.baseline * 0.75 - 1e-9 <= price.low <= price.high <= price.baseline * 1.25 + 1e-9


def test_no_member_of_the_front_beats_another():
    marks = [(-one.revenue, one.share_up, one.sharpest_rise) for one in ANSWER.front]
    for one in marks:
        assert not [other for other in marks if other != one and all(a <= b for a, b in zip(other, one, strict=True))]
    assert len(set(marks)) == len(marks)


def test_the_same_seed_finds_the_same_to_the_last_digit_and_another_seed_something_else():
    assert search(problem_of(WORLD)) == ANSWER
    assert search(problem_of(WORLD, seed=7)) != ANSWER


@pytest.mark.parametrize("at", range(len(WORLD["must"]) + 1))
def test_without_a_constraint_the_cloud_s_best_is_never_worse(at):
    """The cloud does not depend on the constraints, so the law is exact on it; evolution only adds to it."""
    looser = {**WORLD, "must": WORLD["must"][:at] + WORLD["must"][at + 1 :]} if at < 4 else {**WORLD, "claims": []}
    only_cloud = {"refine": 0, "relax": 0, "clean_tries": 1}
    strict, loose = (search(problem_of(case, **only_cloud)) for case in (WORLD, looser))
    assert loose.most_revenue >= strict.most_revenue
    assert loose.share_feasible >= strict.share_feasible


@given(st.integers(0, 3), st.integers(0, 60))
@budget(max_examples=15)
def test_a_relaxed_limit_never_lowers_the_cloud_s_best(at, points):
    key = WORLD["must"][at]
    limit = D(key["limit"]) + D(points) / 100 * (-1 if key["kind"] == "tier_order" else 1)
    relaxed = {
        **WORLD,
        "must": [*WORLD["must"][:at], {**key, "limit": str(max(limit, D(0)))}, *WORLD["must"][at + 1 :]],
    }
    only_cloud = {"refine": 0, "relax": 0, "clean_tries": 1}
    strict, loose = (search(problem_of(case, **only_cloud)).most_revenue for case in (WORLD, relaxed))
    assert strict is None or loose >= strict


def test_relaxing_what_binds_never_costs_revenue():
    assert ANSWER.binding
    assert all(one.gain >= 0 for one in ANSWER.binding)


@pytest.mark.parametrize("after", [1, 3, 6, 15, 22])
def test_a_search_that_is_stopped_says_so_and_keeps_what_it_found(after):
    told: list[float] = []

    def progress(share: float) -> bool:
        told.append(share)
        return len(told) < after

    found = search(problem_of(WORLD), progress)
    assert found.stopped and len(told) == after
    assert found.evaluations < ANSWER.evaluations
    assert found.most_revenue is None or found.most_revenue <= ANSWER.most_revenue
    assert all(min(one.spare.values()) >= -1e-9 for one in found.front)


def test_progress_rises_to_the_end_and_is_told_at_least_every_batch():
    told: list[float] = []
    found = search(problem_of(WORLD), lambda share: told.append(share) or True)
    assert not found.stopped and found == ANSWER
    assert told == sorted(told) and told[0] < 0.1 and told[-1] == 1
    assert len(told) >= found.evaluations / SMALL.batch - 1


def test_as_many_candidates_are_tried_as_the_settings_say():
    found = search(problem_of(WORLD, relax=0, clean_tries=1))
    lists = found.evaluations - 1 - SMALL.cloud - SMALL.refine
    assert 0 < lists <= 4 * SMALL.shortlist  # the clean ones, one way of rounding each


# Clean prices


def test_the_shortlist_ends_as_the_file_says_and_overlays_the_book():
    book = problem_of(WORLD).book
    assert 2 <= len(ANSWER.shortlist) <= SMALL.shortlist
    for one in ANSWER.shortlist:
        for key in ("starter-monthly", "accelerate-monthly"):
            assert one.prices[key] % 10 in (0, 9)
        for key in ("starter-annual", "accelerate-annual"):
            assert one.prices[key] % 10 == 0
        for key in ("units, band 1", "units, band 2"):
            assert len(one.prices[key].normalize().as_tuple().digits) <= 2
        proposed = overlaid(book, one.overlay, "a proposal")
        assert proposed.list_price("aws", "starter-annual") == one.prices["starter-annual"]
        assert proposed.price("stripe", "units").bands[1].unit_price == one.prices["units, band 2"]
        assert proposed.price("stripe", "units").bands[1].from_quantity == 100
    assert len({tuple(one.prices.values()) for one in ANSWER.shortlist}) == len(ANSWER.shortlist)


def test_an_estimate_is_what_the_exact_kernel_rates_to_half_a_cent_a_line():
    moving = problem_of(WORLD)
    rows = [
        Used(f"c{number}", "one", Segment("stripe", plan.split("-")[0]), JANUARY, "units", D(used))
        for number, (plan, _, used) in enumerate(WORLD["customers"])
    ]
    for one in ANSWER.shortlist:
        proposed = overlaid(moving.book, one.overlay, "a proposal")
        fees = sum(share * proposed.list_price("stripe", plan) for plan, share, _ in WORLD["customers"])
        rated = float(bills(cube(rows), terms_of(proposed)).total + fees)
        assert one.estimate.revenue == pytest.approx(rated, abs=0.005 * len(rows) + 1e-6)


# Who is not beaten, and who is far apart


def test_the_front_of_five_by_hand():
    # (2, 2) loses to (1, 2), (3, 3) to all; the second (1, 2) is its equal.
    points = np.array([[1.0, 2.0], [2.0, 2.0], [2.0, 1.0], [3.0, 3.0], [1.0, 2.0]])
    assert not_dominated(points).tolist() == [0, 2]


@given(st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=40))
def test_the_front_is_what_a_look_at_every_pair_leaves(rows):
    kept = {rows[at] for at in not_dominated(np.array(rows, float)).tolist()}
    beaten = {
        one for one in rows for other in rows if other != one and all(a <= b for a, b in zip(other, one, strict=True))
    }
    assert kept == set(rows) - beaten


def test_points_far_apart_come_first():
    assert spread(np.array([[0.0], [1.0], [9.0], [5.0]]), 0, 3) == [0, 2, 3]
    assert spread(np.array([[2.0], [2.0]]), 0, 5) == [0]


# Claims as laws on prices


@given(st.integers(200, 400), st.integers(2000, 4000))
@example(299, 2994)  # 249.50 a month is rounded up to 250
@example(200, 2004)  # 16.5 % is rounded up to 17
@example(200, 2000)
@example(200, 1932)  # 19.5 %
@budget(max_examples=40)
@pytest.mark.parametrize("claim", ["save_17_listing", "save_20_pricing_page", "two_months_free", "starter_per_month"])
def test_a_rule_keeps_a_claim_exactly_where_the_claim_s_own_check_does(claim, monthly, yearly):
    papers = parse_claims(CLAIMS)
    (said,) = [one for one in papers.claims if one.id == claim]
    said = replace(said, applies_to=("starter-annual",))
    if yearly > 12 * monthly:
        return  # no book says so
    prices = [("starter-monthly", D(monthly)), ("starter-annual", D(yearly))]
    free = [[plan, "0.5", "0.5"] for plan, _ in prices]
    book, settings = current(), settings_of(free, [])
    known = free_prices(book, settings)
    proposed = overlaid(book, overlay_of(book, known, [price for _, price in prices]), "a candidate")
    moving = problem(book, cube([]), [], Costs(), claim_rules(book, [said]), settings)
    found = moving.evaluated(np.array([[float(price) for _, price in prices]]))
    assert (found.spare[0, 0] >= -1e-9) == (judge(said, Evidence(proposed, papers)).verdict != "overstated")


def test_a_claim_that_no_price_decides_cannot_be_kept_by_prices():
    (said,) = [one for one in parse_claims(CLAIMS).claims if one.check == "dimension_count"][:1]
    with pytest.raises(SearchError, match="no list price decides"):
        claim_rules(current(), [said])


def test_a_claim_to_keep_without_its_rule_is_undecided():
    settings = parse_search(DATA)
    found = problem(current(), cube([]), [], Costs(), [], settings)
    assert "claim two_months_free" in {one.name for one in found.undecided}


def test_a_caller_s_own_rule_is_a_constraint_like_any_other():
    rule = Rule("round", "at most 104", lambda batch: 1.04 - batch.list_price("aws", "starter-monthly") / 100)
    case = {
        "prices": {"starter-monthly": "100"},
        "customers": [["starter-monthly", 1, 0]],
        "free": [["starter-monthly", "0.1", "0.1"]],
    }
    moving = problem_of(case)
    fees = [Fee("c0", "stripe", "starter-monthly", Fraction(1))]
    ruled = problem(moving.book, cube([]), fees, Costs(), [rule], moving.settings)
    assert search(ruled).most_revenue == pytest.approx(104)
    stray = Rule("stray", "", lambda batch: batch.list_price("aws", "gold-monthly"))
    with pytest.raises(SearchError, match="gold-monthly on aws"):
        search(problem(moving.book, cube([]), fees, Costs(), [stray], moving.settings))


# The file, and what is refused


def test_the_file_frees_prices_of_the_book_and_keeps_claims_of_the_papers():
    settings = parse_search(DATA)
    assert len(free_prices(current(), settings)) == len(settings.free) == 10
    assert set(settings.claims) <= {claim.id for claim in parse_claims(CLAIMS).claims}
    assert settings.run.cloud == 4096


def changed(was: str, becomes: str) -> str:
    assert was in DATA
    return DATA.replace(was, becomes, 1)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (changed("value = 4_096", "value = 4_000"), "powers of two"),
        (changed("value = 256", "value = 1_000"), "write 1 to 256"),
        (changed('kind   = "gross_margin"', 'kind   = "gross_margins"'), "did you mean 'gross_margin'?"),
        (changed("limit  = 0.75", "limits = 0.75"), "did you mean 'limit'?"),
        (changed("down = 0.25", "down = 1"), "never down to nothing"),
        (changed("band = 1\n", ""), "a dimension needs a band"),
        (changed('plan = "starter-annual"', 'plan = "starter-monthly"'), "starter-monthly 2 times"),
        (changed("above  = 0.10", "above  = 0.20"), "customers_up 20.0% 2 times"),
        (changed("ends  = [0, 9]", "ends  = [0, 19]"), "below the step"),
        (changed("digits = 2", f"digits = {10**24}"), "write 1 to 30"),
        (changed('keep   = ["two_months_free"]', "keep   = [{}]"), "keep holds {}; write ids"),
        (changed("seed  ", "seeds "), "did you mean 'seed'?"),
        (re.sub(r"(?m)^\[\[free\]\]\n(.+\n)+", "", DATA), "lacks 'free'"),
        ("free = 1 =", "is not valid TOML"),
    ],
)  # fmt: skip
def test_a_slip_in_the_file_is_one_sentence(text, sentence):
    with pytest.raises(SearchError, match=re.escape(sentence)):
        parse_search(text)


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (["startr-monthly", "0.1", "0.1"], "did you mean 'starter-monthly'?"),
        (["enterprise-custom", "0.1", "0.1"], "no one amount"),
        (["word", 1, "0.1", "0.1"], "did you mean 'words'?"),
        (["words", 4, "0.1", "0.1"], "words has 3 band"),
    ],
)
def test_a_price_that_cannot_move_is_refused_by_name(entry, sentence):
    with pytest.raises(SearchError, match=re.escape(sentence)):
        free_prices(current(), settings_of([entry], []))


def test_a_rail_with_a_price_of_its_own_moves_alone():
    book = overlaid(current(), {"rails": {"aws": {"plans": {"starter-monthly": {"list_price": 280}}}}}, "a case")
    free = [["starter-monthly", "0.1", "0.1"]]
    (shared,) = free_prices(book, settings_of(free, []))
    assert shared.lists == (("stripe", "starter-monthly"),)
    named = replace(settings_of(free, []).free[0], rail="aws")
    (own,) = free_prices(book, replace(settings_of(free, []), free=(named,)))
    assert (own.lists, own.baseline) == ((("aws", "starter-monthly"),), 280)
    proposed = overlaid(book, overlay_of(book, [own], [D(290)]), "a case")
    assert [proposed.list_price(rail, "starter-monthly") for rail in ("stripe", "aws")] == [299, 290]
