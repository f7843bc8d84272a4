"""Whom a product is for and how it is sold: the paper's rows, and counts of ours beside them by the test's own SQL."""

from collections.abc import Callable
from statistics import median

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lib import segments
from lib.desk import Desk, advising
from lib.segments import LADDER
from tests.conftest import ROOT
from tests.pages.conftest import Ask
from tests.pages.visit import headline, opened, said, value

KNOWN = segments.parse((ROOT / "data" / "segments.toml").read_text())
OPEN = "select amount_usd from marts.deal where not is_closed and product = 'control_plane' and icp_segment = '{}'"


def table(app: AppTest, column: str) -> pd.DataFrame:
    return next(block.value for block in app.dataframe if column in block.value.columns)


@pytest.fixture(scope="module")
def aims() -> AppTest:
    return opened("segments", focus_product="Control plane", segments_other_view="Whom it is for")


@pytest.fixture(scope="module")
def ladder() -> AppTest:
    return opened("segments", segments_view="How to approach them")


def test_every_segment_holds_our_open_deals_against_its_own_range(aims: AppTest, ask: Ask) -> None:
    rows = table(aims, "within").to_dict("records")
    assert [row["segment"] for row in rows] == [one.label for one in KNOWN.ideal_customers.values()]
    for row, ideal in zip(rows, KNOWN.ideal_customers.values(), strict=True):
        amounts = [amount for (amount,) in ask(OPEN.format(ideal.key))]
        priced = [amount for amount in amounts if amount is not None]
        low, high = ideal.deal_from_usd, ideal.deal_to_usd
        assert row["deals"] == len(amounts)
        assert [row["below"], row["within"], row["above"]] == [
            sum(amount < low for amount in priced),
            sum(low <= amount <= high for amount in priced),
            sum(amount > high for amount in priced),
        ]


def test_the_headline_and_the_picture_tell_how_many_fit(aims: AppTest, ask: Ask) -> None:
    own = {key: [amount for (amount,) in ask(OPEN.format(key)) if amount is not None] for key in KNOWN.ideal_customers}
    ends = {key: (one.deal_from_usd, one.deal_to_usd) for key, one in KNOWN.ideal_customers.items()}
    inside = sum(ends[key][0] <= amount <= ends[key][1] for key, amounts in own.items() for amount in amounts)
    held = sum(map(len, own.values()))
    assert headline(aims) == (
        "4 segments buy Control plane in deals of $40,000 to $300,000 a year; "
        f"{inside} of {held} open deals with an amount fit their segment's range"
    )
    middles = sum(ends[key][0] <= median(amounts) <= ends[key][1] for key, amounts in own.items() if amounts)
    [chart] = aims.get("plotly_chart")
    drawn = sum(bool(amounts) for amounts in own.values())
    assert chart.proto.alt.endswith(
        f"Our middle open deal lies within the paper's range in {middles} of {drawn} segments"
    )
    assert value(aims, "Spends above") == "$250,000"


def test_questions_roles_and_channels_stand_on_the_page(aims: AppTest) -> None:
    assert not aims.exception and not aims.error
    assert len(table(aims, "question")) == 7
    assert list(table(aims, "pain")["role"]) == ["CTO", "CISO", "Head of Product", "FinOps", "SRE"]
    assert len(table(aims, "purpose")) == 5
    assert "“Neutral AI control plane”: integrated compliance primitives" in said(aims)


def test_a_filter_on_the_segment_leaves_only_its_deals() -> None:
    app = opened(
        "segments",
        focus_product="Control plane",
        focus_icp_segment="Platform / ML Ops",
        segments_other_view="Whom it is for",
    )
    deals = table(app, "within").set_index("segment")["deals"]
    assert deals["Platform / ML Ops"] > 0
    assert deals.drop("Platform / ML Ops").sum() == 0
    assert headline(app).endswith("looking at ICP segment Platform / ML Ops")


def test_the_ladder_counts_who_pays_and_how_far_their_bills_vary(ladder: AppTest, desk: Desk, ask: Ask) -> None:
    rows = {row["persona"]: row for row in table(ladder, "motion").to_dict("records")}
    paying = {one.customer_id for one in desk.customers}
    facts = [
        dict(zip(("id", "has_aws_account", "is_partner", "is_seller", "integrator"), row, strict=True))
        for row in ask("select customer_id, has_aws_account, is_partner, is_seller, integrator from marts.customer")
    ]
    sellers = [one for one in facts if one["id"] in paying and one["is_seller"] == "yes"]
    self_managed = {one["id"] for one in sellers if one["integrator"] is None and one["has_aws_account"] != "no"}
    third = {one["id"] for one in sellers if one["integrator"] is not None and one["has_aws_account"] != "no"}
    labels = {key: KNOWN.personas[key].label for key in LADDER["seller"]}
    measured = advising.variations(desk)
    for key, own in zip(LADDER["seller"], (self_managed, third), strict=True):
        row = rows[labels[key]]
        varied = [measured[one] for one in own if one in measured]
        assert (row["customers"], row["measured"]) == (len(own), len(varied))
        assert row["bills_vary_rate"] == pytest.approx(100 * median(varied))
    assert rows[labels["seller_3pi"]]["pricing"] == "flat subscription / seat"
    assert rows["AWS partner, not a seller"]["pricing"] == "the brief gives none"
    advised = len(self_managed | third)
    assert headline(ladder).startswith(
        f"{advised} of {len(desk.customers)} customers sell on AWS and have a pricing model"
    )


def test_without_usage_the_advice_stands_and_what_bills_vary_by_is_not_measurable(
    open_without: Callable[..., None],
) -> None:
    open_without("metering")
    app = opened("segments", segments_view="How to approach them")
    assert not app.exception and not app.error
    assert headline(app).endswith("how steady bills are is not measurable yet: needs months of bills")
    assert value(app, "Bills measured") == "0"
    assert not app.get("plotly_chart")


def test_a_product_of_which_nothing_is_on_offer_says_so(open_without: Callable[..., None]) -> None:
    """The world of four customers has no open deal of the control plane."""
    open_without()
    app = opened("segments", focus_product="Control plane", segments_other_view="Whom it is for")
    assert not app.exception and not app.error
    assert "0 of 0 open deals" in headline(app)
    assert "there is nothing to hold against the ranges yet" in said(app)
