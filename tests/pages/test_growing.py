"""The pipeline's parts about customers there are: pilots, what comes up, allowances, the playbook.

Recorded figures equal SQL of the test's own, would-be figures the river's lines; the review says what is not measured.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from lib import exports, pilots
from lib.desk import Desk, expansion, renewing, trials
from lib.headroom import OVER, Headroom
from lib.outcome import outcome
from lib.pilots import FALLS_BY_MORE_THAN, Judged
from lib.playbook import Evidence
from lib.renewals import REVIEW
from lib.scorecard import crossed
from lib.ui import assets, cards, growing, numbers, proof, reviews
from lib.ui.cards import Stamp
from lib.ui.views.pipeline.pilots import next_words
from tests.conftest import ROOT
from tests.pages.conftest import Ask
from tests.pages.visit import headline, opened, said, value
from tests.test_scorecard_alerts import room

PARTS = ("Pilots", "Renewals", "Allowances", "Playbook")
ON = date(2026, 10, 31)
STAMP = Stamp(ON, ON, "book", "scenario", "f00d", True, {"as_of": "2026-10-31", "warehouse": "w"})


@pytest.mark.parametrize("name", PARTS)
def test_every_part_answers_with_a_number_and_four_to_six_cards(name: str) -> None:
    app = opened("pipeline", pipeline_view=name)
    assert not app.exception and not app.error
    assert any(letter.isdigit() for letter in headline(app))
    assert 4 <= len(app.metric) <= 6
    assert app.get("plotly_chart") and all(chart.proto.alt for chart in app.get("plotly_chart"))
    assert "Excel workbook" in [button.label for button in app.get("download_button")]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Pilots", "Finish: "),
        ("Renewals", "The papers name no gain-share for this product."),
        ("Allowances", "There is no higher tier: a private offer is the next step."),
    ],
)
def test_a_picked_row_opens(name: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "picking_table", lambda *_: 0)
    app = opened("pipeline", pipeline_view=name)
    assert not app.exception and told in said(app)
    assert app.dataframe  # the steps, the usage, the allowances of the picked one


def test_a_picked_renewal_and_a_picked_review_offer_their_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "picking_table", lambda *_: 0)
    for shown in ("Renewals and expiries", "Business reviews"):
        app = opened("pipeline", pipeline_view="Renewals", pipeline_coming=shown)
        assert "Business review" in [button.label for button in app.get("download_button")]
        assert not app.exception


# Pilots


def test_pilots_are_counted_as_sql_counts_them(ask: Ask) -> None:
    """The paper's criteria in SQL: p95 at most 1.05 of before, no more breaches, spend below nine tenths of it."""
    [(count, over, clean, saved, validated)] = ask(
        """
        with judged as (
            select pilot_id, step, measured_value,
                case step
                    when 0 then measured_value > 0
                    when 1 then 100 * measured_value <= 105 * baseline_value
                    when 2 then measured_value <= baseline_value
                    when 3 then 10 * measured_value < 9 * baseline_value
                    else measured_value >= 1
                end as is_kept
            from marts.pilot_step
        ),
        pilot as (
            select pilot_id,
                count(measured_value) = 6 as is_over,
                count(*) filter (is_kept) = 6 as is_clean,
                count(*) filter (step = 3 and is_kept) as saved,
                count(measured_value) filter (step = 3) as validated
            from judged group by pilot_id
        )
        select count(*), count(*) filter (is_over), count(*) filter (is_clean), sum(saved), sum(validated) from pilot
        """
    )
    app = opened("pipeline", pipeline_view="Pilots")
    assert headline(app) == (
        f"{count} pilots: {over} through all 6 steps, {clean} of them with nothing missed; "
        f"{saved} of {validated} validated savings are above 10%"
    )
    assert value(app, "Pilots") == str(count)


def test_a_missed_criterion_is_said_before_what_runs() -> None:
    """Step 3 saved a twentieth, step 2 had four breaches for three; what runs is step 4, or step 5 has not begun."""
    begun = date(2026, 9, 1)
    measured = {0: (100, 100), 1: (400, 400), 2: (3, 4), 3: (100, 95), 4: (Decimal("0.4"), 1), 5: (0, 1)}
    framework = pilots.parse((ROOT / "data" / "pilots.toml").read_text())

    def told(*steps: int, running: int | None = None, **kept: tuple[int, int]) -> str:
        values = measured | {int(step[1:]): pair for step, pair in kept.items()}
        rows = [
            {
                "pilot_id": "p-1",
                "product": "control_plane",
                "company": "Acme",
                "step": step,
                "started_on": begun,
                "measured_on": None if step == running else begun,
                "baseline_value": Decimal(values[step][0]),
                "measured_value": None if step == running else Decimal(values[step][1]),
                "metric": framework.steps[step].metric,
            }
            for step in steps
        ]
        [one] = pilots.judge(rows, framework, date(2026, 10, 31))
        return next_words(one)

    assert told(0, 1, 2, 3, 4, running=4) == "Missed steps 2 and 3; finish: Governance enable"
    assert told(0, 1, 2, 3, 4, running=4, _2=(3, 3)) == "Missed step 3; finish: Governance enable"
    assert told(0, 1, 2, 3, 4, running=4, _2=(3, 3), _3=(100, 80)) == "Finish: Governance enable"
    assert told(0, 1, 2, 3, 4, _3=(100, 80)) == "Missed step 2; begin: Expansion proposal"
    assert told(0, 1, 2, 3, 4, 5, _2=(3, 3)) == "Repeat: Savings validation"
    assert told(0, 1, 2, 3, 4, 5) == "Missed step 3; repeat: Controlled % shift"
    assert told(0, 1, 2, 3, 4, 5, _2=(3, 3), _3=(100, 80)) == "Nothing: every step is kept"


def test_an_owners_pilots_are_those_of_the_owners_deals(ask: Ask) -> None:
    [(owner, count)] = ask(
        "select owner, count(distinct pilot_id) from marts.pilot_step join marts.deal on deal.company_name = company "
        "and deal.product = pilot_step.product group by owner order by 2 desc, 1 limit 1"
    )
    app = opened("pipeline", pipeline_view="Pilots", focus_owner=owner)
    assert headline(app).startswith(f"{count} pilots of owner {owner}: ")
    assert "5 pilots of companies without a deal on file are left out: nobody owns them." in said(app)


def test_the_other_product_has_no_pilots() -> None:
    app = opened("pipeline", pipeline_view="Pilots", focus_product="Vellocity")
    assert headline(app) == "0 pilots of product Vellocity are on file"
    assert not app.exception


@pytest.mark.parametrize(
    ("after", "told"),
    [("90", "−10%"), ("89.999", "−10.001%"), ("90.004", "−9.996%"), ("85", "−15.0%"), ("95.5", "−4.5%")],
)
def test_no_number_looks_like_the_one_it_is_held_against(after: str, told: str) -> None:
    """Of 100: a fall to 89.999 is more than 10 % and one to 90.004 is not; to one decimal both would read 10.0 %."""
    framework = pilots.parse((ROOT / "data" / "pilots.toml").read_text())
    [step] = [one for one in framework.steps if one.check == FALLS_BY_MORE_THAN]
    one = Judged(step, "passed", ON, ON, Decimal(100), Decimal(after))
    assert proof.cell(one) == told
    assert proof.measured(one) == f"$100.00 → {numbers.exact_money(Decimal(after))} ({told})"


def test_what_is_not_measured_says_what_it_needs() -> None:
    framework = pilots.parse((ROOT / "data" / "pilots.toml").read_text())
    one = Judged(framework.steps[1], pilots.NOT_MEASURED, ON, ON, None, Decimal(400), 14, pilots.BASELINE)
    assert proof.measured(one) == "not measured yet: needs a baseline"
    assert proof.told(Evidence("p95_overhead_ms"), Decimal(40)).startswith("not measured yet: needs p95")
    assert proof.told(None, None) == "not measured"


# Renewals


def test_what_comes_up_is_what_sql_adds_up(ask: Ask) -> None:
    """A year's price is twelve months'; an anniversary is found by adding years to the day a contract began."""
    [(count, mrr, soon)] = ask(
        """
        with later as (select unnest(range(1, 10)) as number),
        ahead as (
            select contract.contract_id, contract.recorded_price_usd,
                coalesce(any_value(offer.ends_on), min(cast(started_on + to_years(number) as date))) as day
            from marts.contract as contract
            cross join later
            left join marts.private_offer as offer on contract.offer_id = offer.offer_id
            where contract.ended_on is null and contract.term <> 'monthly'
                and cast(started_on + to_years(number) as date) > date '2026-10-31'
            group by 1, 2
        )
        select count(*), sum(recorded_price_usd) / 12, count(*) filter (day <= date '2026-11-30')
        from ahead where day <= date '2027-01-29'
        """
    )
    app = opened("pipeline", pipeline_view="Renewals")
    [(reviews_due,)] = ask("select count(*) from marts.first_route where product = 'control_plane'")
    assert headline(app) == (
        f"{count} contracts with {numbers.money(Decimal(mrr))} of MRR come up in 90 days, {soon} of them in 30; "
        f"{value(app, 'Reviews due')} business reviews are due in 30 days, {reviews_due} in 90"
    )


def test_renewals_are_one_rails_where_it_is_asked_for_and_say_what_they_cannot_be_filtered_by(ask: Ask) -> None:
    [(owner,)] = ask("select min(owner) from marts.deal where not is_closed")
    app = opened("pipeline", pipeline_view="Renewals", focus_rail="Stripe", focus_owner=owner)
    assert f"Not filtered by owner {owner}: a contract has neither." in said(app)
    assert "of rail Stripe with" in headline(app) and owner not in headline(app)
    assert "Business reviews are left out" in said(app)
    [table] = [frame.value for frame in app.dataframe if "kind" in frame.value.columns]
    assert len(table) == int(headline(app).split()[0]) and "Offer's term ends" not in set(table["kind"])


def test_reviews_are_listed_with_what_each_customer_saves(ask: Ask) -> None:
    app = opened("pipeline", pipeline_view="Renewals", pipeline_coming="Business reviews")
    [table] = [frame.value for frame in app.dataframe if "saved_usd" in frame.value.columns]
    [(saved,)] = ask("select sum(baseline_monthly_usd - current_monthly_usd) from marts.savings_baseline")
    assert Decimal(table["saved_usd"].dropna().sum()) == saved
    assert set(table["step"]) <= {
        "1. Land with cost visibility + quick savings",
        "2. Expand via governance (policy, privacy)",
        "3. Upsell federation + DP ledger + marketplace",
        "4. Renew with gain-share ROI report + roadmap alignment session",
    }


# The business review


def review_of(desk: Desk, is_review: bool, **changed: object) -> tuple[renewing.Upcoming, str]:
    """The first customer of a kind that has what a review can tell, and its paper as text."""
    found = (one for one in renewing.upcoming(desk) if (one.coming.kind == REVIEW) == is_review)
    row = next(one for one in found if one.saving or one.trends)
    book = replace(expansion.the_playbook(desk), **changed)
    own = [one.pilot for one in trials.trials(desk) if one.pilot.company == row.name]
    made = exports.sheet(reviews.review(row, book, own, desk.book.dimensions, STAMP)).decode()
    return row, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", made))


def test_a_review_tells_the_saving_line_by_line_and_what_nobody_measured(desk: Desk, ask: Ask) -> None:
    row, text = review_of(desk, True)
    [(before, after)] = ask(
        "select baseline_monthly_usd, current_monthly_usd from marts.savings_baseline where customer_id = ?",
        row.coming.customer_id,
    )
    assert f"${before:,.2f} − ${after:,.2f} = ${before - after:,.2f}" in text
    assert "Quality improvements are not measurable yet: needs a quality score of answers" in text
    assert "Not measurable yet: needs a pilot of this company, or incidents of its service" in text
    assert "Usage is not measurable yet: needs usage under a contract, and none is on file." in text
    assert "threshold for a gain-share upgrade is not set" in text
    assert "synthetic sample" in text and "f00d" in text and "warehouse" in text


def test_a_review_of_a_contract_tells_its_usage_dimension_by_dimension(desk: Desk) -> None:
    row, text = review_of(desk, False)
    assert row.trends and all(numbers.name(one.dimension) in text for one in row.trends)
    assert "the papers name no steps for this product" in text
    assert "Not measurable yet: needs a savings baseline of this customer." in text
    assert "The papers name no gain-share for this product." in text and "Gain-share above" not in text


def test_gain_share_is_offered_above_the_threshold_and_not_at_it(desk: Desk) -> None:
    row, _ = review_of(desk, True)
    assert row.saving and row.saving.rate
    at, below = row.saving.rate, row.saving.rate - Decimal("0.01")
    assert "No gain-share upgrade" in review_of(desk, True, gain_share_threshold=at)[1]
    assert "A gain-share upgrade is offered" in review_of(desk, True, gain_share_threshold=below)[1]


# Allowances


def test_what_lies_above_allowances_is_what_the_river_bills(desk: Desk) -> None:
    """Usage lines of October of contracts that run on its last day, where the allowance is a number above zero."""
    month = date(2026, 10, 1)
    lines = outcome(desk.books, desk.population, (month, date(2026, 11, 1)), desk.reach).lines
    over = [
        line
        for line in lines
        if line.kind == "usage" and line.contract.runs_on(ON) and line.charge and line.charge.overage > 0
        if line.charge.allowance.quantity
    ]
    app = opened("pipeline", pipeline_view="Allowances")
    assert value(app, "Over an allowance") == str(len({line.contract.customer_id for line in over}))
    assert value(app, "Above allowances") == numbers.money(sum((line.amount or Decimal(0)) for line in over))
    assert value(app, "Next tier cheaper") in headline(app) or "for none the next tier" in headline(app)


def over_in(desk: Desk, month: date) -> set[tuple[str, str]]:
    """Customers and dimensions of which some contract is over."""
    return {(row.customer_id, row.dimension) for row in expansion.allowances_in(desk, month) if row.state == "over"}


def test_newly_over_is_what_the_month_before_was_not(desk: Desk) -> None:
    fresh = over_in(desk, date(2026, 10, 1)) - over_in(desk, date(2026, 9, 1))
    assert value(opened("pipeline", pipeline_view="Allowances"), "Newly over") == str(len({who for who, _ in fresh}))


def test_newly_over_is_the_same_whichever_month_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """What went over in the last full month is filtered by what is asked for, not by who is over in the running one."""
    shown = (date(2026, 9, 1), date(2026, 10, 1))
    monkeypatch.setattr(growing, "months_looked_at", lambda: shown)
    monkeypatch.setattr(growing, "crossed", lambda: crossed([], [room("c-gone", 150, OVER)]))  # of Stripe
    for asked in ({}, {"pipeline_month": "Oct 2026 so far"}):
        assert value(opened("pipeline", pipeline_view="Allowances", **asked), "Newly over") == "1"
    assert value(opened("pipeline", pipeline_view="Allowances", focus_rail="AWS Marketplace"), "Newly over") == "0"


@pytest.mark.parametrize("shown", ["Newly over", "Near", "Came down"])
def test_the_allowances_that_were_crossed_can_be_looked_at_alone(desk: Desk, shown: str) -> None:
    """Against the two months themselves: the fullest contract of a customer counts, once for every dimension."""
    before, after = (fullest(expansion.allowances_in(desk, date(2026, month, 1))) for month in (9, 10))
    steps = {key: (before.get(key, 0), after.get(key, 0)) for key in {*before, *after}}
    asked = {
        "Newly over": {who for (who, _), (was, becomes) in steps.items() if was < becomes == 2},
        "Near": {who for (who, _), (was, becomes) in steps.items() if was < becomes == 1},
        "Came down": {who for (who, _), (was, becomes) in steps.items() if was > becomes},
    }[shown]
    app = opened("pipeline", pipeline_view="Allowances", pipeline_allowances=shown)
    assert not app.exception and asked
    assert headline(app).startswith(f"{numbers.count(len(asked))} customers ")
    names = {one.customer_id: one.name for one in desk.customers}
    listed = next(one.value for one in app.dataframe if "fullest" in one.value.columns)
    assert {names[who] for who in asked if who in names} <= set(listed["customer"]) and len(listed) >= len(asked)


def fullest(rows: Sequence[Headroom]) -> dict[tuple[str, str], int]:
    """How full each customer's fullest contract is, by dimension: 1 near, 2 over."""
    ordered = sorted(rows, key=lambda row: row.share)
    return {(row.customer_id, row.dimension): {"near": 1, "over": 2}[row.state] for row in ordered}


def test_nobody_of_the_other_product_has_an_allowance() -> None:
    app = opened("pipeline", pipeline_view="Allowances", focus_product="Control plane")
    assert headline(app).startswith("0 customers of product Control plane are over an allowance in Oct 2026")
    assert not app.exception


def test_a_running_month_is_shown_as_it_stands_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the records end within a month, the full one before it is shown first and the running one on demand."""
    monkeypatch.setattr(growing, "months_looked_at", lambda: (date(2026, 9, 1), date(2026, 10, 1)))
    assert " in Sep 2026" in headline(opened("pipeline", pipeline_view="Allowances"))
    assert " in Oct 2026" in headline(opened("pipeline", pipeline_view="Allowances", pipeline_month="Oct 2026 so far"))


# The playbook


def test_the_playbook_tells_the_checks_verdict_beside_what_pilots_measured(ask: Ask) -> None:
    [(count, below)] = ask(
        "select count(*), count(*) filter (measured_value - baseline_value < 40) from marts.pilot_step "
        "where step = 1 and measured_value is not null"
    )
    text = said(opened("pipeline", pipeline_view="Playbook"))
    assert f"{below} of {count} below 40 ms; edge nodes: planned" in text
    assert "The check: “p95 overhead <40ms” is unverifiable" in text
    assert "“Counts against your AWS commit” is unverifiable: it holds only if" in text


def test_the_playbook_of_the_other_product_has_its_pitch_and_no_checklist() -> None:
    app = opened("pipeline", pipeline_view="Playbook", focus_product="Vellocity")
    assert headline(app) == "0 objections are on file for product Vellocity; 1 pitch and its verdict"
    assert "Compliance readiness" not in said(app) and not app.exception


def test_the_checklist_and_the_benchmark_sheet_are_papers_that_claim_nothing_unproven() -> None:
    rows = pd.DataFrame(
        {
            **{key: ["SSO/SCIM"] for key in ("feature", "tier_words", "soc2", "gdpr", "words", "baseline", "needs")},
            "evidence": ["claimed in the brief; no evidence on file"],
        }
    )
    for made in (assets.checklist(rows, "8 of 11", STAMP), assets.benchmark(rows, "4 of 5", STAMP)):
        text = exports.sheet(made).decode()
        assert "no evidence on file" in text and "synthetic sample" in text and "f00d" in text
    assert "Nothing here is attested." in exports.sheet(assets.checklist(rows, "8 of 11", STAMP)).decode()
    labels = [button.label for button in opened("pipeline", pipeline_view="Playbook").get("download_button")]
    assert {"Compliance checklist", "Benchmark sheet"} <= set(labels)


# Sources that are missing


@pytest.mark.parametrize(
    ("name", "source", "told"),
    [
        ("Pilots", "company", "0 pilots can be shown: 1 source behind this page is missing"),
        ("Allowances", "metering", "0 allowances can be shown: 1 source behind this page is missing"),
    ],
)
def test_a_part_without_its_source_says_so(
    name: str, source: str, told: str, open_without: Callable[..., None]
) -> None:
    open_without(source)
    app = opened("pipeline", pipeline_view=name)
    assert headline(app) == told and not app.exception


@pytest.mark.parametrize("sources", [("company",), ("crm",), ("metering",), ("marketplace",)])
@pytest.mark.parametrize("name", PARTS)
def test_every_part_stands_where_another_source_is_missing(
    name: str, sources: tuple[str, ...], open_without: Callable[..., None]
) -> None:
    open_without(*sources)
    app = opened("pipeline", pipeline_view=name)
    assert not app.exception and any(letter.isdigit() for letter in headline(app))
