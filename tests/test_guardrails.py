"""Guardrails: verdicts and figures by hand, laws, the file itself, and the sample under its scenarios."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib import guardrails
from lib.catalog.book import Book
from lib.catalog.scenario import overlaid, overlay
from lib.claims.finding import NONE, RED, WARNING, Finding
from lib.costs import DimensionMargin, Figure, Margin, Missing, costs, dimension_margins, margins
from lib.desk import Desk
from lib.guardrails import (
    BOUNDS,
    BROKEN,
    COLUMNS,
    KEPT,
    MEASURES,
    UNDECIDED,
    Evidence,
    GuardrailError,
    Limit,
    PriceMove,
    Verdict,
    broken,
    claim_changes,
    judge,
    list_price_moves,
    measures,
    parse,
    rows,
    summary,
    unit_price_moves,
)
from lib.impact.cliffs import cliffs
from lib.outcome import CustomerChange, difference, outcome
from lib.reports.text import table
from tests.conftest import ROOT, cases
from tests.test_costs import BOOK

FILE = (ROOT / "data" / "guardrails.toml").read_text()
LIMITS = parse(FILE)
HEAD = 'fewest_customers = 5\nfewest_source = "a test"\n[limits.x]\nwords = "x"\nsource = "a test"\nwhy = "a test"\n'


def limit(document: Mapping[str, Any], key: str = "x") -> Limit:
    """A limit of a case, through the parser: the file is the only way in."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in document.items() if name != "where"]
    where = [f"{fact} = {json.dumps(value)}" for fact, value in document.get("where", {}).items()]
    block = "\n".join([*lines, *(["where = { " + ", ".join(where) + " }"] if where else [])])
    (one,) = parse(HEAD.replace("[limits.x]", f"[limits.{key}]") + block)
    return one


def evidence(case: Mapping[str, Any]) -> Evidence:
    changes = [CustomerChange(who, Decimal(was), Decimal(becomes)) for who, was, becomes, _ in case["bills"]]
    return Evidence(
        customers=changes,
        baseline=sum((change.baseline for change in changes), Decimal(0)),
        proposed=sum((change.proposed for change in changes), Decimal(0)),
        facts={who: {"tier": tier} for who, _, _, tier in case["bills"]},
        **({"on_cliff": case["on_cliff"]} if "on_cliff" in case else {}),
    )


@pytest.mark.parametrize("case", cases("guardrails"))
def test_a_limit_against_a_figure(case: dict[str, Any]) -> None:
    one = limit(case["limit"])
    figures: dict[str, Figure] = {}
    if "measured" in case:
        figures[one.name] = Decimal(case["measured"])
    if "missing" in case:
        figures[one.name] = Missing(case["missing"])
    if "n" in case:
        figures[one.counted] = Decimal(case["n"])
    (verdict,) = judge([one], figures)
    assert (verdict.verdict, verdict.sentence) == (case["verdict"], f"x: {case['sentence']}")
    assert broken([verdict]) == (case["verdict"] == "broken")


@pytest.mark.parametrize("case", cases("guardrails", "measured"))
def test_a_figure_from_bills(case: dict[str, Any]) -> None:
    one = limit(case["limit"])
    figures = measures([one], evidence(case))
    assert str(figures[one.counted]) == str(case["n"])
    expected = case["figure"]
    assert figures[one.name] == (Missing(expected) if expected.startswith("not") else Decimal(expected))


@pytest.mark.parametrize("case", cases("guardrails", "refused"))
def test_a_limit_nobody_can_judge_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(GuardrailError) as refused:
        parse(f"{HEAD}{case['limit']}\n{case['bound']}\n")
    assert case["words"] in str(refused.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("limits = 1", "data/guardrails.toml.limits is 1; write a block"),
        ("nonsense", "data/guardrails.toml is not valid TOML"),
        (HEAD.replace("= 5", "= 0"), "fewest_customers is 0; a share needs at least one customer"),
        (HEAD.replace('why = "a test"\n', "") + 'measure = "gross_margin"\nat_least = 0.75', "limits.x lacks 'why'"),
    ],
)
def test_a_file_that_is_none_is_refused(text: str, words: str) -> None:
    with pytest.raises(GuardrailError, match=words):
        parse(text)


# Figures that come from margins, prices and claims


def margin(**more: Any) -> Margin:
    figures = {"revenue": Decimal(200), "subscription": Decimal(100), "usage_cost": Decimal(40)}
    kept = {"marketplace_fee": Decimal(6), "infrastructure": Decimal(25), "fee_read_as": "acquisition"}
    return Margin(**{"month": None, **figures, **kept, **more})


def sold(revenue: str, charged: Any, cost: Any) -> DimensionMargin:
    return DimensionMargin("x", Decimal(revenue), Decimal(0), Decimal(9), charged, Decimal(0), cost)


def figure(measure: str, **given: Any) -> Figure:
    """One measure of evidence that holds nothing else, through the limit of the file that asks for it."""
    one = next(one for one in LIMITS if one.measure == measure)
    return measures([one], Evidence(customers=(), baseline=Decimal(0), proposed=Decimal(0), **given))[one.name]


def test_three_figures_of_one_margin() -> None:
    # 200 - 40 = 160 of 200; less 25 of infrastructure 135 of 200; 25 of 100 base fees. The fee counts only as a cost.
    assert figure("gross_margin", margin=margin()) == Decimal("0.8")
    assert figure("gross_margin_after_infrastructure", margin=margin()) == Decimal("0.675")
    assert figure("infrastructure_of_subscription", margin=margin()) == Decimal("0.25")
    assert figure("gross_margin", margin=margin(fee_read_as="revenue")) == Decimal("0.77")


def test_a_dimension_below_cost_is_counted_and_an_unused_one_is_not() -> None:
    two = [sold("15", Decimal(1), Decimal(31)), sold("5", Decimal(1), Decimal(5)), sold("0", Decimal(0), Decimal(0))]
    assert figure("dimensions_below_cost", dimensions=two) == 1
    unknown = [*two, sold("3", Decimal(1), Missing.of("the unit cost of x"))]
    assert figure("dimensions_below_cost", dimensions=unknown) == Missing.of("the unit cost of x")


def test_list_prices_that_move_are_compared_on_every_rail() -> None:
    dearer = overlaid(BOOK, {"plans": {"starter-monthly": {"list_price": "373.75"}}}, "a test")  # 299 x 1.25
    moves = list_price_moves(BOOK, dearer)
    assert {move.name for move in moves} == {
        f"{plan} on {rail}" for plan in ("starter-monthly", "accelerate-monthly") for rail in ("aws", "stripe")
    }
    assert figure("sharpest_list_price_rise", list_prices=moves) == Decimal("0.25")


def test_words_for_thousands_of_words_is_a_rise_of_a_thousand_times() -> None:
    slipped = overlaid(BOOK, {"dimensions": {"words": {"unit_size": 1}}}, "a test")
    rise = figure("sharpest_unit_price_rise", unit_prices=unit_price_moves(BOOK, slipped))
    assert rise == 999  # 0.001 a word instead of a thousand: 1,000 times as much, hence 99,900 % more


def test_a_band_that_rises_is_found_beyond_the_first() -> None:
    # Above 100,000 words $0.0008 become $0.0009 per 1,000: an eighth; and a new band from 200,000 costs 0.0012: a half.
    old, new = ("0.0008", {}), ("0.0009", {"more": [{"from": 200_000, "unit_price": "0.0012"}]})
    books = [
        overlaid(
            BOOK,
            {
                "dimensions": {
                    "words": {
                        "model": "graduated",
                        "bands": [
                            {"from": 0, "unit_price": "0.001"},
                            {"from": 100_000, "unit_price": price},
                            *more.get("more", []),
                        ],
                    }
                }
            },
            "a test",
        )
        for price, more in (old, new)
    ]
    moves = unit_price_moves(*books)
    assert not isinstance(moves, Missing)
    by_place = {move.name: move.rate for move in moves if move.name.startswith("words on aws")}
    assert by_place == {
        "words on aws from 0": 0,
        "words on aws from 100000": Decimal("0.125"),
        "words on aws from 200000": Decimal("0.5"),
    }


def test_a_price_that_has_no_unit_is_missing_and_not_left_out() -> None:
    flat = overlaid(
        BOOK,
        {"dimensions": {"images": {"model": "flat", "bands": [{"from": 0, "unit_price": 0, "flat_fee": 9}]}}},
        "a test",
    )
    assert isinstance(unit_price_moves(BOOK, flat), Missing)


def test_a_price_from_nothing_has_no_bound() -> None:
    assert PriceMove("x", Decimal(0), Decimal(1)).rate == Decimal("Infinity")
    assert PriceMove("x", Decimal(0), Decimal(0)).rate == 0


# Laws

NUMBERS = st.decimals(-2, 2, places=4)
FIGURES = st.one_of(NUMBERS, st.just(Missing.of("a cost")))


def figures_of(values: list[Figure]) -> dict[str, Figure]:
    found: dict[str, Figure] = {one.counted: Decimal(100) for one in LIMITS}
    return found | {one.name: value for one, value in zip(LIMITS, values, strict=True)}


ALL_FIGURES = st.lists(FIGURES, min_size=len(LIMITS), max_size=len(LIMITS)).map(figures_of)


@given(ALL_FIGURES)
def test_what_is_missing_is_undecided_and_what_is_known_is_not(found: dict[str, Figure]) -> None:
    for verdict in judge(LIMITS, found):
        assert (verdict.verdict == UNDECIDED) == isinstance(found[verdict.limit.name], Missing)


@given(ALL_FIGURES, st.randoms(use_true_random=False))
def test_the_order_of_limits_does_not_matter(found: dict[str, Figure], dice: Any) -> None:
    shuffled = list(LIMITS)
    dice.shuffle(shuffled)
    once, again = judge(LIMITS, found), judge(shuffled, found)
    assert {one.limit.key: one for one in once} == {one.limit.key: one for one in again}
    assert broken(once) == broken(again)


@given(st.decimals(-1, 1, places=6), st.decimals("0.000001", 1, places=6), st.sampled_from(BOUNDS))
def test_at_the_limit_is_kept_and_beyond_it_broken(value: Decimal, hair: Decimal, bound: str) -> None:
    one = limit({"measure": "revenue_change", bound: str(value)})
    sign = 1 if bound == "at_most" else -1
    beyond, within = value + sign * hair, value - sign * hair
    expected = ((value, KEPT), (within, KEPT), (beyond, BROKEN))
    for measured, verdict in expected:
        (found,) = judge([one], {one.name: measured})
        assert found.verdict == verdict
        told = found.sentence.removeprefix("x: ").split(",")[0]
        assert one.sentence.endswith(f" {told}") == (measured == value)  # never printed as if it were the limit


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=30))
def test_a_higher_threshold_never_counts_more_customers(pairs: list[tuple[int, int]]) -> None:
    changes = [CustomerChange(str(place), Decimal(was), Decimal(new)) for place, (was, new) in enumerate(pairs)]
    shares = [
        measures([one], Evidence(customers=changes, baseline=Decimal(1), proposed=Decimal(1)))[one.name]
        for one in (
            limit({"measure": "share_rising", "above": above, "at_most": "1"}) for above in ("0", "0.1", "0.25", "1")
        )
    ]
    assert all(isinstance(share, Decimal) for share in shares)
    assert shares == sorted(shares, reverse=True)  # type: ignore[type-var]


def test_evidence_of_nothing_keeps_nothing_that_needs_something() -> None:
    nothing = Evidence(customers=(), baseline=Decimal(0), proposed=Decimal(0))
    verdicts = judge(LIMITS, measures(LIMITS, nothing))
    assert {one.verdict for one in verdicts} == {UNDECIDED}
    assert not broken(verdicts)


# The file


def test_the_file_speaks_of_every_measure_once_at_least_and_gives_its_reasons() -> None:
    assert {one.measure for one in LIMITS} == set(MEASURES)
    document = tomllib.loads(FILE)
    assert all(block["source"] and block["why"].endswith(".") for block in document["limits"].values())


def test_the_papers_figures_are_those_of_the_papers(shared: Path) -> None:
    strategy = next((shared / "brief").glob("002*")).read_text()
    assert "| Efficiency | Gross Margin | >75% |" in strategy
    assert "Infra cost <25% of subscription revenue" in strategy
    limits = {one.key: one for one in LIMITS}
    assert (limits["gross_margin"].bound, limits["gross_margin"].value) == ("at_least", Decimal("0.75"))
    assert (limits["infrastructure"].bound, limits["infrastructure"].value) == ("at_most", Decimal("0.25"))


# How verdicts leave


def test_a_document_holds_decimal_strings_and_null_for_what_is_missing() -> None:
    one = limit({"measure": "share_rising", "above": "0.25", "at_most": "0.05"})
    known = judge([one], {one.name: Decimal(1) / 3, one.counted: Decimal(9)})
    document = guardrails.as_dict(known[0])
    assert (document["measured"], document["n"], document["at_most"]) == ("0.333333333333", 9, "0.05")
    assert (document["verdict"], document["above"], document["where"]) == ("broken", "0.25", {})
    unknown = guardrails.as_dict(judge([one], {})[0])
    assert (unknown["measured"], unknown["n"], unknown["verdict"]) == (None, None, "undecided")
    json.dumps([document, unknown])


def test_a_plain_table_opens_with_what_is_broken() -> None:
    found = figures_of([Decimal(1) if one.bound == "at_most" else Decimal(-1) for one in LIMITS])
    found[LIMITS[-1].name], found[LIMITS[0].name] = Missing.of("claims"), Decimal("0.05")
    verdicts = judge(LIMITS, found)
    order = [row["verdict"] for row in rows(verdicts)]
    assert order == sorted(order, key=("broken", "undecided", "kept").index)
    assert "not measurable" in table(COLUMNS, rows(verdicts))
    assert summary(verdicts).startswith("guardrails: ")
    assert summary([]) == "guardrails: none is written"


# Promises


def said(claim: str, severity: str, words: str = "Save 20%") -> Finding:
    return Finding(claim, "published claim", "x", "page", words, "a test", True, "x", severity, words, "16.67")


@pytest.mark.parametrize(
    ("before", "after", "made", "still", "mended"),
    [
        ([said("a", NONE)], [said("a", RED)], ["a"], [], []),  # a price list that breaks what it kept
        ([said("a", RED)], [said("a", RED)], [], ["a"], []),  # false today: not the change's doing
        ([said("a", RED)], [said("a", NONE)], [], [], ["a"]),
        ([said("a", RED)], [said("a", NONE, "Save 17%")], [], [], ["a"]),  # mended by truthful words
        ([said("a", RED)], [said("a", RED, "Save 30%")], ["a"], [], []),  # another promise, and false: new words count
        ([said("a", RED), said("b", NONE)], [said("a", RED), said("b", RED)], ["b"], ["a"], []),
        ([], [said("a", RED)], ["a"], [], []),  # a claim nobody made before
        ([said("a", RED)], [], [], [], ["a"]),  # no longer said
        ([said("a", WARNING)], [said("a", WARNING)], [], [], []),  # what is no false promise of ours never counts
    ],
)
def test_a_change_answers_for_the_promises_it_breaks(
    before: list[Finding], after: list[Finding], made: list[str], still: list[str], mended: list[str]
) -> None:
    found = claim_changes(before, after)
    assert [[one.claim for one in group] for group in (found.made_false, found.still_false, found.mended)] == [
        made,
        still,
        mended,
    ]
    assert figure("published_claims_made_false", findings=after, findings_before=before) == len(made)


def test_claims_that_nobody_judged_under_both_books_are_undecided() -> None:
    judged_once = [said("a", NONE)]
    for one in ({"findings": judged_once}, {"findings_before": judged_once}):
        assert isinstance(figure("published_claims_made_false", **one), Missing)


# The sample


def judged(desk: Desk, book: Book, **given: Any) -> dict[str, Verdict]:
    """A book over the sample against the limits of the file, without what is not given: key → verdict."""
    proposed = outcome([book], desk.population, desk.window, desk.reach)
    recorded = costs(desk.warehouse.rows("unit_cost"), desk.warehouse.rows("spend_month"), book.product)
    used = desk.population.usage
    found = Evidence(
        customers=difference(desk.baseline, proposed),
        baseline=desk.baseline.revenue,
        proposed=proposed.revenue,
        margin=margins(proposed, used, recorded, desk.window, book.settings["marketplace_fee"]).total,
        dimensions=dimension_margins(proposed, used, recorded, desk.window),
        list_prices=list_price_moves(desk.book, book),
        unit_prices=unit_price_moves(desk.book, book),
        on_cliff=cliffs(book, desk.population, desk.window, desk.reach, proposed.lines).customers,
        **given,
    )
    return {verdict.limit.key: verdict for verdict in judge(LIMITS, measures(LIMITS, found))}


@pytest.fixture(scope="module")
def desk(desk_folder: Path) -> Desk:
    return Desk.open(desk_folder)


def test_no_change_keeps_every_limit_although_a_promise_is_false_today(desk: Desk) -> None:
    """ "Save 20%" on the pricing page: a gate that is red whatever is proposed would gate nothing."""
    verdicts = judged(desk, desk.book, findings=desk.judged(), findings_before=desk.judged())
    assert {one.verdict for one in verdicts.values()} == {KEPT}
    assert [one.words for one in claim_changes(desk.judged(), desk.judged()).still_false] == ["Save 20%"]


def test_a_price_that_breaks_a_promise_is_broken(desk: Desk) -> None:
    """A year at $3,100 saves 1 - 3,100 / 3,588 = 13.6 %, and "Save 17%" is said of it."""
    scenario = replace(desk.scenario("say-17"), changes={"plans": {"starter-annual": {"list_price": 3100}}})
    verdicts = judged(desk, overlay(desk.book, scenario), findings=desk.judged(scenario), findings_before=desk.judged())
    assert {key for key, one in verdicts.items() if one.verdict == BROKEN} == {"claims"}


def test_clean_prices_keep_every_limit_and_the_promise_too(desk: Desk) -> None:
    scenario = desk.scenario("honest-20")
    verdicts = judged(desk, overlay(desk.book, scenario), findings=desk.judged(scenario), findings_before=desk.judged())
    assert {one.verdict for one in verdicts.values()} == {KEPT}


def test_volume_bands_pay_customers_to_use_more(desk: Desk) -> None:
    verdicts = judged(desk, overlaid(desk.book, {"settings": {"bands": "volume"}}, "a test"))
    assert {key for key, one in verdicts.items() if one.verdict == BROKEN} == {"cliffs"}
    assert verdicts["claims"].verdict == UNDECIDED  # nobody judged them here


def test_starter_plus_10_keeps_them_too(desk: Desk) -> None:
    verdicts = judged(desk, overlay(desk.book, desk.scenario("starter-plus-10")))
    assert not broken(verdicts.values())
    assert verdicts["list_prices"].measured == Decimal(30) / 299  # 299 → 329; and a year's 300 of 2,990 is the same
    assert verdicts["revenue"].measured * Decimal("5451797.64") == pytest.approx(
        Decimal("51771.38"), abs=Decimal("1e-9")
    )


def test_a_slip_in_the_unit_is_caught(desk: Desk) -> None:
    verdicts = judged(desk, overlaid(desk.book, {"dimensions": {"words": {"unit_size": 1}}}, "a test"))
    assert {key for key, one in verdicts.items() if one.verdict == BROKEN} == {
        "steep_rises",
        "rises",
        "sharpest_rise",
        "unit_prices",
    }
    assert verdicts["below_cost"].measured == 0  # words pay for themselves then


def test_without_base_fees_infrastructure_has_nothing_to_stand_on(desk: Desk) -> None:
    public = {key: {"list_price": 0} for key, plan in desk.book.plans.items() if isinstance(plan.list_price, Decimal)}
    verdicts = judged(desk, overlaid(desk.book, {"plans": public}, "a test"))
    assert verdicts["infrastructure"].verdict == verdicts["revenue"].verdict == BROKEN
