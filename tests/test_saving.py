"""What the desk knows of savings, against SQL and integer arithmetic of the test's own over the sample."""

import dataclasses
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lib import savings
from lib.claims.finding import CONTRADICTORY, OVERSTATED, TRUE, UNDERSTATED, UNVERIFIABLE, VERDICTS
from lib.desk import Desk, DeskError, buying, saving, scoring, trials
from lib.desk.saving import CUSTOMER, LEFT_OUT, MARKED, PILOT, STANDS, Checked
from lib.manifest import fingerprint
from tests.written import Rows, written

CENTS = 100  # the sample writes spends in whole cents


@pytest.fixture(scope="module")
def found(desk: Desk) -> dict[str, saving.Measured]:
    return {one.key: one for one in saving.measured(desk)}


def test_every_customer_of_the_mart_is_measured_and_no_other(desk: Desk, found: dict[str, saving.Measured]) -> None:
    rows = [row for row in desk.warehouse.rows("savings_baseline") if row["product"] == "control_plane"]
    customers = {key: one for key, one in found.items() if one.kind == CUSTOMER}
    assert set(customers) == {row["customer_id"] for row in rows}
    for row in rows:
        before, now = (int(row[f"{name}_monthly_usd"] * CENTS) for name in ("baseline", "current"))
        one = customers[row["customer_id"]]
        assert one.spend.saved_monthly == Decimal(before - now) / CENTS
        assert one.spend.measured_on == row["measured_on"]


def test_a_pilots_saving_is_that_of_its_savings_step(desk: Desk, found: dict[str, saving.Measured]) -> None:
    """Step 3 measures, step 0 only records; a pilot before step 3 has what it recorded and no saving."""
    steps = {(row["pilot_id"], row["step"]): row for row in desk.warehouse.rows("pilot_step")}
    pilots = {key: one for key, one in found.items() if one.kind == PILOT}
    assert set(pilots) == {pilot for pilot, _ in steps}
    for pilot, one in pilots.items():
        own = steps.get((pilot, 3), steps[pilot, 0])
        assert one.spend.before == (own["baseline_value"] if own["step"] else own["measured_value"])
        assert one.spend.after == (own["measured_value"] if own["step"] else None)
        assert one.recorded_before == steps[pilot, 0]["measured_value"]


def test_a_pilot_that_tells_two_baselines_is_known_to(found: dict[str, saving.Measured]) -> None:
    one = next(one for one in found.values() if one.kind == PILOT and one.recorded_before and one.spend.before)
    assert one.spend.before is not None
    other = dataclasses.replace(one, recorded_before=one.spend.before + 1)
    same = dataclasses.replace(one, recorded_before=one.spend.before)
    nothing = dataclasses.replace(one, recorded_before=None)
    assert [two.has_two_baselines for two in (other, same, nothing)] == [True, False, False]


def test_a_company_is_sold_at_its_won_deal_else_at_its_open_one(desk: Desk, found: dict[str, saving.Measured]) -> None:
    rows = desk.warehouse.rows("deal", product="control_plane")
    still_open = {row["company_name"]: row for row in rows if not row["is_closed"]}
    sold = still_open | {row["company_name"]: row for row in rows if row["is_won"]}
    assert len({row["company_name"] for row in rows}) == len(rows), "a company has one deal in the sample"
    for one in found.values():
        row = sold.get(one.company)
        assert (one.sold is not None) == (row is not None)
        if one.sold and row:
            assert (one.sold.deal_id, one.sold.arr) == (row["deal_id"], row["amount_usd"])
            assert (one.sold.owner, one.sold.icp_segment) == (row["owner"], row["icp_segment"])


@pytest.mark.parametrize(
    ("since", "on", "ends"),
    [
        (date(2025, 10, 31), date(2026, 10, 31), date(2026, 10, 31)),
        (date(2025, 10, 30), date(2026, 10, 31), date(2027, 10, 30)),
        (date(2026, 4, 28), date(2026, 10, 31), date(2027, 4, 28)),
        (date(2024, 2, 29), date(2025, 1, 1), date(2025, 2, 28)),
    ],
)
def test_a_year_ends_on_or_after_the_recorded_day(since: date, on: date, ends: date) -> None:
    assert saving.anniversary(since, on) == ends
    assert saving.anniversary(None, on) is None


def test_prospects_are_the_open_deals_of_this_product_alone(desk: Desk) -> None:
    rows = [row for row in desk.warehouse.rows("deal") if row["product"] == "control_plane" and not row["is_closed"]]
    found = {one.deal_id: one for one in saving.prospects(desk)}
    assert {key: one.arr for key, one in found.items()} == {row["deal_id"]: row["amount_usd"] for row in rows}
    assert list(found.values()) == sorted(found.values(), key=lambda one: (one.company, one.deal_id))


def test_the_only_threshold_is_that_of_the_paper(desk: Desk) -> None:
    [one] = saving.thresholds(desk)
    assert (one.key, one.spend_above, one.deal_from) == ("high_llm_spend_saas", Decimal(250_000), Decimal(50_000))


# The claim check


def checked_as(desk: Desk, *verdicts: str) -> str:
    """How a sentence stands whose claims have these verdicts."""
    [sentence, *_] = saving.facts(desk).sheet
    finding = next(one for one in desk.findings if one.claim == "median_savings")
    return Checked(sentence, tuple(dataclasses.replace(finding, verdict=verdict) for verdict in verdicts)).standing


@pytest.mark.parametrize(
    ("verdicts", "standing"),
    [
        ((TRUE,), STANDS),
        ((TRUE, TRUE), STANDS),
        ((TRUE, UNVERIFIABLE), MARKED),
        ((UNDERSTATED,), MARKED),
        ((UNVERIFIABLE, OVERSTATED), LEFT_OUT),
        ((TRUE, CONTRADICTORY), LEFT_OUT),
    ],
)
def test_a_sentence_stands_as_its_worst_claim_does(desk: Desk, verdicts: tuple[str, ...], standing: str) -> None:
    assert checked_as(desk, *verdicts) == standing


def test_only_what_is_true_stands_plainly(desk: Desk) -> None:
    assert [verdict for verdict in VERDICTS if checked_as(desk, verdict) == STANDS] == [TRUE]


def test_every_sentence_of_the_sheet_is_held_against_claims_of_this_product(desk: Desk) -> None:
    for one in saving.checked(desk):
        assert one.findings and {finding.product for finding in one.findings} == {"control_plane"}
        assert one.standing == MARKED, "nobody has verified a saving yet"


def test_a_claim_that_is_none_is_refused_with_the_nearest(desk: Desk, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(desk.data, data)
    text = (data / "savings.toml").read_text().replace('"pilot_cost_reduction"]', '"pilot_cost_reductions"]')
    (data / "savings.toml").write_text(text)
    with pytest.raises(DeskError, match=r"'pilot_cost_reductions', which is no claim.*'pilot_cost_reduction'"):
        saving.checked(dataclasses.replace(desk, data=data))


# Prices of scenarios, and the manifest


def test_a_price_of_a_scenario_is_worked_out_or_said_to_be_missing(desk: Desk) -> None:
    """6,000,000 requests on Team: 900 + ten blocks of 100,000 above 5,000,000 at 12 = 1,020."""
    million = Decimal(1_000_000)
    rated = saving.rated(desk, "example-prices", "team-monthly", {"requests": 6 * million})
    assert rated == saving.Rated(Decimal(1_020), "")
    nothing = saving.rated(desk, "example-prices", "team-monthly", {"tokens": million})
    assert nothing == saving.Rated(None, "the requests of a month are not told")
    blocked = saving.rated(desk, "example-prices", "community-monthly", {"requests": million})
    assert blocked == saving.Rated(None, "the plan's limit blocks part of this usage")


def test_what_was_entered_and_believed_is_in_the_fingerprint(desk: Desk) -> None:
    believed = saving.targets(desk)
    made = saving.with_inputs(desk.manifest(), believed, {"tokens a month": "1"})
    others = [
        saving.with_inputs(desk.manifest(), believed, {"tokens a month": "2"}),
        saving.with_inputs(desk.manifest(), dataclasses.replace(believed, by_key={}), {"tokens a month": "1"}),
    ]
    assert made.fingerprint == saving.with_inputs(desk.manifest(), believed, {"tokens a month": "1"}).fingerprint
    assert made.fingerprint not in {one.fingerprint for one in others}
    assert made.assumptions == "Savings by quality of service"
    assert made.assumptions_hash != fingerprint({})


def test_what_was_delivered_to_customers_is_their_median(desk: Desk, found: dict[str, saving.Measured]) -> None:
    """By ranks of the test's own: 31 customers, the sixteenth of them."""
    rates = sorted(one.spend.rate for one in found.values() if one.kind == CUSTOMER and one.spend.rate is not None)
    assert len(rates) % 2 == 1
    told = savings.spread(saving.delivered_rates([one for one in found.values() if one.kind == CUSTOMER]))
    assert told == savings.Spread(len(rates), rates[0], rates[len(rates) // 2], rates[-1])


# What the sample does not have, written by hand


def test_only_what_is_spent_on_models_is_a_saving(desk: Desk) -> None:
    """Every customer's tickets are measured last and cost more than before: that moves no saving, on any page."""

    def with_tickets(rows: Rows) -> Rows:
        more = {"metric": "support_tickets", "baseline_monthly_usd": Decimal(100), "current_monthly_usd": Decimal(150)}
        return [*rows, *({**row, **more, "measured_on": date(2026, 10, 31)} for row in rows)]

    other = written(desk, savings_baseline=with_tickets)
    assert saving.measured(other) == saving.measured(desk)
    assert trials.savings(other) == trials.savings(desk)
    assert buying.adopted(other, "control_plane") == buying.adopted(desk, "control_plane")
    [was, now] = [
        next(one.measured for one in scoring.scoring(at, "control_plane").scores if one.metric.key == "median_savings")
        for at in (desk, other)
    ]
    assert now == was


def test_a_company_has_one_deal_on_every_page_however_its_name_is_written(desk: Desk) -> None:
    """Each pilot's company lost a deal, won one, and has an open one again, under its name in capitals."""
    companies = {row["company"] for row in desk.warehouse.rows("pilot_step")}
    ways = [
        ("d-lost", True, False, date(2026, 10, 1)),
        ("d-won", True, True, date(2026, 5, 1)),
        ("d-first", True, True, date(2026, 4, 1)),
        ("d-open", False, False, None),
    ]

    def written_deals(rows: Rows) -> Rows:
        new = {"product": "control_plane", "created_on": date(2026, 1, 2), "amount_usd": Decimal(60_000)}
        return [
            {**rows[0], **new, "company_name": company.upper()}
            | {"deal_id": f"{deal} {company}", "is_closed": is_closed, "is_won": is_won, "close_on": closed}
            for company in companies
            for deal, is_closed, is_won, closed in ways
        ]

    other = written(desk, deal=written_deals)
    pilots = [one for one in saving.measured(other) if one.kind == PILOT]
    assert {one.company for one in pilots} == companies
    assert {one.sold.deal_id if one.sold else None for one in pilots} == {f"d-won {company}" for company in companies}
    own = [one for one in trials.trials(other) if one.pilot.product == "control_plane"]
    assert {one.deal_id for one in own} == {f"d-won {company}" for company in companies}
    open_or_lost = written(desk, deal=lambda rows: [row for row in written_deals(rows) if not row["is_won"]])
    assert {one.deal_id for one in trials.trials(open_or_lost)} == {f"d-open {company}" for company in companies}
    lost = written(desk, deal=lambda rows: [row for row in written_deals(rows) if row["deal_id"].startswith("d-lost")])
    assert {one.sold for one in saving.measured(lost)} == {None}
