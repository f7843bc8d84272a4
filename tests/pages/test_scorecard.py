"""The page everybody starts from: its numbers are the marts', it tells a role what it may know, and leads on."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from lib.ui import access, saved
from tests.conftest import ROOT
from tests.pages.conftest import Ask
from tests.pages.test_numbers_on_pages import PERSONA, thousands
from tests.pages.test_pipeline import AS_OF, LIMITS, NAMES, money
from tests.pages.visit import headline, opened, said, value

MRR = "price_usd / case term when 'monthly' then 1 when 'two_year' then 24 when 'three_year' then 36 else 12 end"
SEPTEMBER, OCTOBER = "date '2026-09-01'", "date '2026-10-01'"


def both(ask: Ask, where: str = "true") -> tuple[Decimal, Decimal]:
    """MRR at the ends of September and of October, by the test's own SQL."""
    rows = dict(
        ask(
            f"select recurring_month, sum({MRR}) from marts.recurring_month "
            f"left join (select customer_id, {PERSONA} as persona from marts.customer) using (customer_id) "
            f"where recurring_month in ({SEPTEMBER}, {OCTOBER}) and {where} group by 1"
        )
    )
    before, after = (amount for _, amount in sorted(rows.items()))
    return Decimal(str(before)), Decimal(str(after))


def test_the_headline_tells_money_claims_and_targets(ask: Ask) -> None:
    before, after = both(ask)
    app = opened("scorecard")
    assert not app.exception
    rose = Decimal(after - before)
    assert headline(app) == (
        f"MRR rose ${rose / 1000:.1f}k to {thousands(after)} since 30 Sep 2026; 1 published claim is false; "
        "4 of 8 targets can be measured and 3 are kept"
    )
    assert value(app, "MRR") == thousands(after)
    assert value(app, "Targets kept") == "3 of 4"
    assert value(app, "False claims") == "1"


def test_movements_are_those_of_the_marts_and_add_up(ask: Ask) -> None:
    kinds = dict(
        ask(
            f"""with paid as (select customer_id, recurring_month as month, sum({MRR}) as mrr
                from marts.recurring_month where price_usd is not null group by all),
            pair as (select coalesce(a.customer_id, b.customer_id) as customer_id, coalesce(a.mrr, 0) as a,
                coalesce(b.mrr, 0) as b from (select * from paid where month = {SEPTEMBER}) as a
                full join (select * from paid where month = {OCTOBER}) as b using (customer_id))
            select case when a = 0 and exists (select 1 from paid where paid.customer_id = pair.customer_id
                    and month < {SEPTEMBER}) then 'Came back' when a = 0 then 'New' when b = 0 then 'Left'
                    when b > a then 'Expansion' else 'Contraction' end, count(*)
            from pair where a <> b group by 1"""
        )
    )
    before, after = both(ask)
    movers = table(opened("scorecard"), "movement")
    assert dict(movers["movement"].value_counts()) == kinds
    assert abs(sum(map(float, movers["change_usd"])) - float(after - before)) < 0.01 * len(movers)


def table(app: AppTest, column: str):
    """The table on the page that has a column."""
    return next(frame.value for frame in app.dataframe if column in frame.value.columns)


def test_every_metric_stands_with_its_target_and_what_it_needs() -> None:
    metrics = table(opened("scorecard"), "target").set_index(["product", "metric"])
    assert len(metrics) == 16
    assert list(metrics.loc[("Control plane", "Add-on attach rate"), ["target", "verdict"]]) == [">35%", "kept"]
    margin = metrics.loc[("Control plane", "Gross margin")]
    assert margin["value"] == "not measurable yet"
    assert margin["reason"] == "needs contracts of this product on record, and what they are invoiced"
    retained = metrics.loc[("Vellocity", "Net revenue retention")]
    assert list(retained[["target", "peers", "verdict"]]) == ["none in the brief", "100–103%", "no target in the brief"]
    assert metrics.loc[("Control plane", "Net revenue retention"), "peers"] == "103–110%"
    assert "6.7% of all revenue" in metrics.loc[("Vellocity", "Infrastructure of subscription revenue"), "reason"]


def leads(app: AppTest) -> list[tuple[str, dict[str, list[str]]]]:
    """Where the links of the page lead, and what they carry."""
    return [(link.proto.page, parse_qs(link.proto.query_string)) for link in app.get("page_link")]


def test_every_line_of_the_list_leads_to_its_page_and_asks_it_for_what_the_line_is_about() -> None:
    """Filters, scenario and day go along by themselves."""
    found = leads(opened("scorecard", focus_product="Vellocity"))
    assert {page for page, _ in found} == {"discount_honesty", "pipeline", "listing", "deal_desk"}
    ways = [asks["pipeline_allowances"] for _, asks in found if asks.get("pipeline_view") == ["Allowances"]]
    assert ways == [["Newly over"], ["Near"], ["Came down"]]


def test_a_missed_target_leads_to_its_own_product() -> None:
    app = opened("scorecard")
    assert "Time to first production route of Control plane misses its target: 8 days, not <7 days" in said(app)
    assert ("segments", {"focus_product": ["Control plane"]}) in leads(app)
    assert value(opened("segments", focus_product="Control plane"), "To the first route") == "8 days"


def test_a_deal_that_stands_still_is_one_click_away(ask: Ask) -> None:
    app = opened("scorecard")
    asks = next(asks for _, asks in leads(app) if "pipeline_deal" in asks)
    company = asks["pipeline_deal"][0].rpartition(" (")[0]
    assert f"the heaviest first: {company}" in said(app)
    assert company in said(opened("pipeline", **{key: words[0] for key, words in asks.items()}))


@pytest.mark.parametrize("role", ["sales", "finance"])
def test_a_role_is_told_what_it_may_open_and_nothing_else(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(access.ROLE_VARIABLE, role)
    app = opened("scorecard")
    assert not app.exception and not app.error
    labels = {card.label for card in app.metric}
    assert "False claims" not in labels and "Save 20%" not in said(app) and "claim is false" not in headline(app)
    assert ("Newly over" in labels) == (role == "sales")
    assert ("differ now about" in said(app)) == (role == "finance")
    allowed = access.read(ROOT / "data" / "access.toml", role, "localhost").pages
    assert {page for page, _ in leads(app)} <= allowed
    assert 4 <= len(labels) <= 6


def test_a_persona_and_a_rail_hold_for_money_and_what_they_cannot_hold_for_is_said(ask: Ask) -> None:
    before, after = both(ask, "rail = 'aws' and persona = 'aws_customer'")
    app = opened("scorecard", focus_persona="AWS customer only", focus_rail="AWS Marketplace")
    assert value(app, "MRR") == f"${after / 1000:.1f}k"
    assert "since 30 Sep 2026 for persona AWS customer only, rail AWS Marketplace; 1 published claim" in headline(app)
    assert "persona AWS customer only, rail AWS Marketplace is not applied to them" in said(app)
    assert before != after


def test_an_owner_is_said_not_to_own_customers() -> None:
    app = opened("scorecard", focus_owner="Elif Kaya")
    assert "A customer has no owner: owner Elif Kaya is not applied to what customers pay" in said(app)
    assert "Elif" not in headline(app)


def test_the_other_product_has_no_money_on_record_and_all_the_targets() -> None:
    app = opened("scorecard", focus_product="Control plane")
    assert not app.exception
    assert headline(app) == (
        "For product Control plane: no recurring revenue is on record; 0 published claims are false; "
        "4 of 8 targets can be measured and 3 are kept"
    )
    assert "so no money moved" in said(app)


def test_our_own_product_is_held_to_no_target() -> None:
    app = opened("scorecard", focus_product="Vellocity")
    assert "5 of 8 metrics can be measured, and the brief sets no target for them" in headline(app)
    assert "Targets kept" not in {card.label for card in app.metric}


def test_one_snapshot_alone_says_how_to_get_another(open_without: Callable[..., None]) -> None:
    open_without()
    app = opened("scorecard")
    assert not app.exception and not app.error
    assert "There is no earlier snapshot to compare with" in said(app)
    assert "python -m lib pull" in said(app) and "python -m lib build" in said(app)


def test_on_the_first_day_on_record_money_stands_alone(ask: Ask) -> None:
    before, _ = both(ask)
    app = opened("scorecard", as_of="2026-09-30")
    assert headline(app).startswith(
        f"MRR stands at {thousands(before)}, and there is no earlier snapshot to compare with;"
    )
    assert value(app, "MRR") == thousands(before)
    assert "MRR" not in headline(opened("scorecard", as_of="2026-09-30", focus_product="Control plane"))


def test_the_day_compared_with_stands_in_the_address_and_a_stranger_is_said() -> None:
    assert opened("scorecard", scorecard_since="30 Sep 2026").selectbox(key="scorecard_since").value == "30 Sep 2026"
    [warned] = opened("scorecard", scorecard_since="1 Jan 2020").warning
    assert "does not know '1 Jan 2020' of its link" in re.sub(r"\\(.)", r"\1", warned.value)


def test_every_table_downloads() -> None:
    labels = [button.label for button in opened("scorecard").get("download_button")]
    assert labels == [
        "Excel workbook",
        "Alerts (CSV)",
        "Movements (CSV)",
        "Allowances crossed (CSV)",
        "Metrics (CSV)",
        "Metrics by month (CSV)",
    ]


def test_an_acceptance_that_ends_is_due() -> None:
    when = datetime(2026, 10, 1, tzinfo=UTC)
    saved.store().acknowledge("seo_from_command", who="Ada", why="known", until=date(2026, 11, 15), when=when)
    app = opened("scorecard")
    assert "The acceptance of seo_from_command ends on 15 Nov 2026, in 15 days" in said(app)
    assert value(app, "Due in 30 days") == "32"


def test_what_comes_up_with_customers_is_told_as_renewals_counts_it() -> None:
    """24 contracts, 5 reviews and 2 sent offers; the offer whose term ends is one of the contracts."""
    app = opened("scorecard")
    text = said(app)
    assert "24 contracts with $29.1k of MRR come up in 30 days, the largest first: Elmspan Data ($7,000)" in text
    assert "5 business reviews are due in 30 days: Millloom Health on 2 Nov 2026" in text
    assert value(app, "Due in 30 days") == "31"
    assert ("pipeline", {"pipeline_view": ["Renewals"], "pipeline_coming": ["Business reviews"]}) in leads(app)
    renewals = opened("pipeline", pipeline_view="Renewals")
    assert "24 of them in 30" in headline(renewals) and value(renewals, "Reviews due") == "5"


def test_the_end_of_a_term_is_not_the_last_day_to_accept_an_offer() -> None:
    app = opened("scorecard")
    text = said(app)
    assert "The private offer to Elmspan Data can be accepted until 11 Nov 2026, in 11 days" in text
    assert "The term of Elmspan Data's private offer ends on 12 Nov 2026, in 12 days" in text
    assert "The private offer to Ambershore Group can be accepted until 20 Nov 2026, in 20 days" in text
    assert ("deal_desk", {"deal_view": ["Offers by status"]}) in leads(app)
    assert ("deal_desk", {"offer_customer": ["c-0335"]}) in leads(app)


def test_what_stalled_deals_hold_is_told_of_each_product(ask: Ask) -> None:
    rows = ask("select product, stage, stage_since_on, amount_usd from marts.deal where not is_closed")
    still = [row for row in rows if row[2] and (AS_OF - row[2]).days > LIMITS[row[1]]]
    held = [
        f"{money(sum(row[3] for row in still if row[0] == product))} of {name}"
        for product, name in sorted(NAMES.items())
    ]
    assert f"{len(still)} deals stand still and hold {' and '.join(held)}" in said(opened("scorecard"))
