"""The pipeline against SQL of the tests' own: what is expected under a filter, what stands still, what was won."""

import json
import tomllib
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import parse_qs

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib.ui import access, cards, data
from tests.conftest import ROOT
from tests.pages.conftest import Ask
from tests.pages.visit import headline, opened, said, value

AS_OF = date(2026, 10, 31)


def read(path: str) -> dict:
    return tomllib.loads((ROOT / "data" / path).read_text(), parse_float=Decimal)


NAMES = {"control_plane": "Control plane", "vellocity": "Vellocity"}
CHANCES = {stage: told["value"] for stage, told in read("assumptions/base.toml")["stage_probability"].items()}
LIMITS = {stage: told["value"] for stage, told in read("pipeline.toml")["stalled_after_days"].items()}
RANGES = {
    key: (one["deal_from_usd"], one["deal_to_usd"]) for key, one in read("segments.toml")["ideal_customers"].items()
}
FOCUSES = [
    ({}, "true"),
    ({"focus_product": "Vellocity"}, "product = 'vellocity'"),
    ({"focus_product": "Control plane"}, "product = 'control_plane'"),
    ({"focus_owner": "Ben Okafor"}, "owner = 'Ben Okafor'"),
    ({"focus_icp_segment": "Platform / ML Ops"}, "icp_segment = 'platform_ml_ops'"),
    (
        {"focus_persona": "Not on AWS", "focus_owner": "Ana Ruiz"},
        "has_aws_account = 'no' and is_partner <> 'yes' and is_seller <> 'yes' and owner = 'Ana Ruiz' "
        "and coalesce(integrator, '') = ''",
    ),
]


def money(amount: Decimal) -> str:
    """An amount as a card shows it: three digits of thousands or of millions."""
    scale, letter = (10**6, "M") if amount >= 999_500 else (1000, "k")
    digits = 2 if amount / scale < 10 else 1 if amount / scale < 100 else 0
    return f"${(amount / scale).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)}{letter}"


@pytest.mark.parametrize(("address", "where"), FOCUSES, ids=[" ".join(one.values()) or "all" for one, _ in FOCUSES])
def test_under_any_filter_the_page_sums_its_deals(ask: Ask, address: dict[str, str], where: str) -> None:
    rows = ask(
        "select stage, amount_usd, close_on, stage_since_on, icp_segment, product from marts.deal "
        f"where not is_closed and {where}"
    )
    app = opened("pipeline", **address)
    assert value(app, "Open deals") == str(len(rows)) and rows
    products = sorted({row[5] for row in rows})
    for product in products:
        own = [row for row in rows if row[5] == product]
        amount, expected = (money(one) for one in (sum(r[1] for r in own), sum(r[1] * CHANCES[r[0]] for r in own)))
        if len(products) == 1:
            assert (value(app, "Open amount"), value(app, "Expected")) == (amount, expected)
            assert f"{amount}, about {expected} of it expected" in headline(app)
        else:
            [card] = [one for one in app.metric if one.label == NAMES[product]]
            assert (card.value, card.delta) == (expected, f"of {amount}, expected")
            assert not any(card.delta and "hold" in card.delta for card in app.metric)  # no room for two amounts
            assert f"{amount} of {NAMES[product]} (about {expected} of it expected)" in headline(app)
    assert sum(card.label in ("Open amount", "Expected", *NAMES.values()) for card in app.metric) == 2
    assert value(app, "Overdue") == str(sum(row[2] < AS_OF for row in rows))
    still = [row for row in rows if row[3] and (AS_OF - row[3]).days > LIMITS[row[0]]]
    assert value(app, "Stalled") == str(len(still))
    outside = [row for row in rows if row[4] in RANGES and not RANGES[row[4]][0] <= row[1] <= RANGES[row[4]][1]]
    assert value(app, "Out of range") == str(len(outside))
    assert all(row[5] == "control_plane" for row in outside)  # no range is held against a deal of the other product


SPLITS = ("ICP segment", "Persona", "Advised rail", "Channel", "Owner", "Product")


def test_the_groups_of_every_split_sum_to_the_whole_of_their_product() -> None:
    """Without a filter every group is of one product, and each product has a whole; with one there is one whole."""
    for by in SPLITS:
        table = groups(opened("pipeline", pipeline_by=by))
        for name in NAMES.values():
            own = table[table["group"].str.split(":").str[0] == name]
            _sums(own, f"{name}: All of them", by)
        assert set(table["group"].str.split(":").str[0]) == set(NAMES.values())
        _sums(groups(opened("pipeline", pipeline_by=by, focus_product="Vellocity")), "All of them", by)


def _sums(table: pd.DataFrame, called: str, by: str) -> None:
    parts, whole = table.iloc[:-1], table.iloc[-1]
    assert whole["group"] == called
    for column in ("deals", "stalled", "amount_usd", "expected_usd"):
        assert parts[column].sum() == pytest.approx(whole[column], abs=1e-6), (by, column)


def test_no_bar_of_a_picture_holds_deals_of_two_products(ask: Ask) -> None:
    """Each bar is one product's stage, group or month; the funnel's are its expected dollars, to the cent."""
    rows = ask("select product, stage, amount_usd from marts.deal where not is_closed")
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for product, stage, amount in rows:
        expected[f"{NAMES[product]}: {stage}"] += amount * CHANCES[stage]
    app = opened("pipeline", pipeline_by="Owner")
    drawn = [json.loads(one.proto.spec)["data"] for one in app.get("plotly_chart")]
    bars = [[name for trace in chart if trace["type"] == "bar" for name in trace["y"]] for chart in drawn]
    assert len(bars) == 3
    assert all(name.split(":")[0] in NAMES.values() for names in bars for name in names)
    funnel: dict[str, float] = defaultdict(float)
    for trace in drawn[0]:
        if trace["type"] == "bar":
            for name, amount in zip(trace["y"], trace["x"], strict=True):
                funnel[name] += amount
    assert dict(funnel) == {name: pytest.approx(float(amount)) for name, amount in expected.items()}


def test_the_range_is_that_of_every_way_the_deals_can_end(ask: Ask) -> None:
    """38 deals in whole thousands of dollars: the chance of every sum, deal by deal."""
    rows = ask("select stage, amount_usd from marts.deal where not is_closed and product = 'control_plane'")
    chances: dict[int, float] = {0: 1.0}
    for stage, amount in rows:
        assert amount % 1000 == 0
        after: dict[int, float] = defaultdict(float)
        for brought, chance in chances.items():
            after[brought] += chance * float(1 - CHANCES[stage])
            after[brought + int(amount)] += chance * float(CHANCES[stage])
        chances = after
    ends, reached = [], 0.0
    for brought, chance in sorted(chances.items()):
        for wanted in (0.1, 0.9):
            if reached < wanted <= reached + chance:
                ends.append(money(Decimal(brought)))
        reached += chance
    app = opened("pipeline", focus_product="Control plane")
    [card] = [card for card in app.metric if card.label == "Expected"]
    assert card.delta == f"{ends[0]} to {ends[1]}"
    assert f"With a chance of 80% the open deals bring {ends[0]} to {ends[1]}" in said(app)


def test_the_months_of_closing(ask: Ask) -> None:
    app = opened("pipeline")
    for product, name in NAMES.items():
        rows = ask("select stage, amount_usd, close_on from marts.deal where not is_closed and product = ?", product)
        months: dict[date, Decimal] = defaultdict(Decimal)
        late = Decimal(0)
        for stage, amount, close in rows:
            if close < AS_OF:
                late += amount * CHANCES[stage]
            else:
                months[close.replace(day=1)] += amount * CHANCES[stage]
        best = max(months, key=lambda month: months[month])
        told = f"{best:%b %Y} should close most, {money(months[best])} expected; {money(late)} is overdue"
        assert f"{name}: {told}" in said(app)
        assert told in said(opened("pipeline", focus_product=name))


# What to do next


def test_the_heaviest_deal_comes_first_until_the_stalled_ones_are_asked_for(ask: Ask) -> None:
    rows = ask("select company_name, stage, amount_usd, stage_since_on, deal_id from marts.deal where not is_closed")
    rows.sort(key=lambda row: (-row[2] * CHANCES[row[1]], row[4]))
    still = [row for row in rows if row[3] and (AS_OF - row[3]).days > LIMITS[row[1]]]
    moving = [row for row in rows if row not in still]
    assert listed(opened("pipeline")) == [row[0] for row in rows]
    assert listed(opened("pipeline", pipeline_stalled_first="true")) == [row[0] for row in [*still, *moving]]
    assert f"{len(still)} deals stand still" in said(opened("pipeline"))


def test_what_no_record_says_is_not_recorded_and_never_zero_days(ask: Ask) -> None:
    [(company, deal), *_] = ask(
        "select company_name, deal_id from marts.deal where not is_closed and stage_since_on is null order by deal_id"
    )
    app = opened("pipeline", pipeline_deal=f"{company} ({deal})")
    row = deals_of(app).set_index("company_name").loc[company]
    assert row["standing"] == "not recorded" and row["stage_days"] != row["stage_days"]
    assert "since when is not recorded" in said(app)


def test_a_world_that_records_little_says_so(open_without: Callable[..., None]) -> None:
    open_without()
    app = opened("pipeline", pipeline_deal="Six (9000000003)")
    assert not app.exception
    told = said(app)
    for words in (
        "since when is not recorded",
        "Close date not recorded",
        "Channel: Not recorded",
        "no range in the brief",
    ):
        assert words.lower() in told.replace("**", "").lower()
    assert value(app, "Stalled") == "0"
    assert "$4.5k" in value(app, "Expected") or value(app, "Expected") == "$4,500"  # 18,000 at 25 %


AWS_DEAL = (
    "select company_name, deal_id from marts.deal where not is_closed and product = 'vellocity' "
    "and has_aws_account = 'yes' and is_partner = 'yes' and is_seller = 'yes' and integrator is not null "
    "order by deal_id"
)


def test_a_picked_deal_shows_rail_motion_range_and_the_verdict_of_the_pitch(ask: Ask) -> None:
    [(company, deal), *_] = ask(AWS_DEAL)
    app = opened("pipeline", pipeline_deal=f"{company} ({deal})")
    told = said(app).replace("**", "")
    assert f"{company}: " in "\n".join(block.value.replace("\\", "") for block in app.subheader)
    assert "Motion: Complement; co-market with Tackle/Clazar/Suger" in told
    assert "Rail: AWS account is yes" in told and "AWS Marketplace by default" in told
    assert "Pitch: “Counts against your AWS commit” is unverifiable: it holds only if" in told
    assert "Deal size: No range in the brief" in told
    assert "Why this next: " in told


def test_a_picked_row_takes_the_place_of_the_deal_in_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    _, first, second, *_ = opened("pipeline").selectbox(key="pipeline_deal").options
    picked: list[int | None] = [None]
    monkeypatch.setattr(cards, "picking_table", lambda *_: picked[0])
    app = opened("pipeline", pipeline_deal=first)

    def shows(row: int | None, deal: str) -> None:
        picked[0] = row
        app.run()
        assert not app.exception and app.selectbox(key="pipeline_deal").value == deal

    shows(1, second)
    app.selectbox(key="pipeline_deal").set_value(first).run()  # with the row still marked, the name counts
    shows(1, first)
    shows(0, first)
    shows(None, "None")


def test_a_link_to_a_deal_shows_it_whatever_the_filters_leave_out(ask: Ask) -> None:
    [(company, deal), *_] = ask(
        "select company_name, deal_id from marts.deal where not is_closed and product = 'control_plane' "
        "order by deal_id"
    )
    alone = {"focus_product": "Vellocity", "focus_owner": "Elif Kaya", "focus_rail": "Stripe"}
    for filters in ({"focus_product": "Vellocity"}, {**alone, "focus_icp_segment": "Regulated (Fin/Health/Insurance)"}):
        app = opened("pipeline", pipeline_deal=f"{company} ({deal})", **filters)
        told = said(app)
        assert not app.exception and "does not know" not in told
        assert "the filters leave it out: product Vellocity" in told
        assert f"{company}: " in "\n".join(block.value.replace("\\", "") for block in app.subheader)
        assert not [one for one in app.dataframe if company in set(one.value.get("company_name", ()))]
    seen = opened("pipeline", pipeline_deal=f"{company} ({deal})", focus_product="Control plane")
    assert "leave it out" not in said(seen)


def test_a_deal_of_the_other_product_is_asked_what_tells_its_segment(ask: Ask) -> None:
    [(company, deal), *_] = ask(
        "select company_name, deal_id from marts.deal where not is_closed and icp_segment = 'regulated' "
        "order by deal_id"
    )
    told = said(opened("pipeline", pipeline_deal=f"{company} ({deal})")).replace("**", "")
    assert "Segment: Regulated (Fin/Health/Insurance); its need: Policy + privacy + traceability" in told
    assert "How often is it audited" in told
    assert "Motion: Complement" not in told and "Offer: " not in told  # the ladder's motions are the first product's


@pytest.mark.parametrize(
    ("stage", "motion"),
    [
        ("Qualified", "Land with cost visibility + quick savings (step 1 of land and expand: Section 5, step 1)"),
        ("Committed", "Expand via governance (policy, privacy) (step 2 of land and expand: Section 5, step 2"),
    ],
)
def test_the_motion_of_the_other_product_is_the_step_of_its_stage(ask: Ask, stage: str, motion: str) -> None:
    [(company, deal), *_] = ask(
        "select company_name, deal_id from marts.deal where product = 'control_plane' and stage = ? order by deal_id",
        stage,
    )
    assert f"Motion: {motion}" in said(opened("pipeline", pipeline_deal=f"{company} ({deal})")).replace("**", "")


def test_a_rail_that_no_claim_of_the_product_speaks_of_has_no_pitch(ask: Ask) -> None:
    [(company, deal), *_] = ask(
        "select company_name, deal_id from marts.deal where not is_closed and product = 'control_plane' "
        "and has_aws_account = 'yes' and is_partner = 'yes' and is_seller = 'yes' order by deal_id"
    )
    told = said(opened("pipeline", pipeline_deal=f"{company} ({deal})", focus_product="Control plane"))
    assert "Pitch:** no claim of this product is on file" in told
    assert "Counts against your AWS commit" not in told


def test_beside_the_deals_of_a_rail_stands_how_true_its_pitch_is() -> None:
    app = opened("pipeline", focus_product="Vellocity", focus_rail="AWS Marketplace")
    deals = value(app, "Open deals")
    told = f"{deals} deals of Vellocity are advised AWS Marketplace. The pitch “Counts against your AWS commit” is "
    assert f"{told}unverifiable: it holds only if" in said(app)


def test_from_a_deal_lead_links_to_its_offer_and_to_what_it_would_save(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    founder = data.reader()
    both = access.Access(founder.role, founder.landing, founder.pages | {"deal_desk", "savings", "segments"})
    monkeypatch.setattr(data, "reader", lambda: both)
    told = {}
    for product in NAMES:
        [(company, deal), *_] = ask(
            "select company_name, deal_id from marts.deal where not is_closed and has_aws_account = 'yes' "
            f"and product = '{product}' order by 2"
        )
        address = {"focus_product": NAMES[product], "scenario": "honest-20", "pipeline_deal": f"{company} ({deal})"}
        app = opened("pipeline", **address)
        found = {link.proto.label: parse_qs(link.proto.query_string) for link in app.get("page_link")}
        told[product] = (deal, found, said(app))
    deal, found, words = told["vellocity"]
    assert found == {"Build a private offer": {"offer_deal": [deal]}} and "No private offer" not in words
    deal, found, words = told["control_plane"]
    sold = {"focus_product": ["Control plane"], "segments_other_view": ["What we sell"]}
    assert found == {"What we sell": sold, "What would it save?": {"savings_deal": [deal]}}
    assert "No private offer can be built: offers have the prices of Vellocity, none of Control plane." in words


def test_a_deal_that_has_no_aws_account_says_so_and_offers_no_private_offer(ask: Ask) -> None:
    deals = ask(
        "select company_name, deal_id, has_aws_account from marts.deal where not is_closed and product = 'vellocity' "
        "order by is_partner, is_seller, deal_id"
    )
    told = "No private offer can be built: it needs AWS Marketplace. AWS account is no: Stripe only."
    for account in ("yes", "no", "unknown"):
        company, deal = next((company, deal) for company, deal, has in deals if has == account)
        app = opened("pipeline", focus_product="Vellocity", pipeline_deal=f"{company} ({deal})")
        labels = [link.proto.label for link in app.get("page_link")]
        assert (told in said(app), "Build a private offer" in labels) == (account == "no", account != "no"), account


def test_a_page_that_the_reader_may_not_open_has_no_link(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    founder = data.reader()
    neither = access.Access(founder.role, founder.landing, founder.pages - {"deal_desk", "savings", "segments"})
    monkeypatch.setattr(data, "reader", lambda: neither)
    [(company, deal), *_] = ask("select company_name, deal_id from marts.deal where not is_closed order by deal_id")
    assert not opened("pipeline", pipeline_deal=f"{company} ({deal})").get("page_link")


def test_where_nothing_is_left_the_page_says_what_it_looked_for() -> None:
    app = opened("pipeline", focus_owner="Ben Okafor", focus_persona="Unknown: ask", focus_rail="Stripe")
    assert not app.exception
    assert headline(app) == "0 deals are open (persona Unknown: ask, rail Stripe, owner Ben Okafor)"
    assert "widen the filters in the sidebar" in said(app)
    assert not app.metric


def groups(app: AppTest):
    return next(one.value for one in app.dataframe if "expected_low_usd" in one.value.columns)


def deals_of(app: AppTest):
    return next(one.value for one in app.dataframe if "standing" in one.value.columns)


def listed(app: AppTest) -> list[str]:
    return list(deals_of(app)["company_name"])
