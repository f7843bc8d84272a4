"""What sales looks at: in the link, kept from page to page, and said where it is not known."""

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from lib.ui import focus
from lib.ui.focus import Focus
from tests.pages.visit import opened, said, seen


def test_every_fact_that_is_passed_must_fit():
    looked_at = Focus(product="vellocity", owner="Elif Kaya", names={"product": "Vellocity", "owner": "Elif Kaya"})
    assert looked_at.keeps(product="vellocity", owner="Elif Kaya", persona="aws_partner")
    assert not looked_at.keeps(product="vellocity", owner="Ben Okafor")
    assert not looked_at.keeps(product="vellocity", owner=None), "what nobody owns is not Elif's"
    assert looked_at.keeps(product="vellocity"), "a customer has no owner, and is not asked for one"
    assert looked_at.without("owner", "rail") == "owner Elif Kaya"
    assert looked_at.words == "product Vellocity, owner Elif Kaya"
    assert Focus(icp_segment="regulated", names={"icp_segment": "Regulated"}).words == "ICP segment Regulated"


def test_nothing_is_set_until_somebody_does():
    assert Focus().keeps(product="vellocity", owner=None) and Focus().words == ""


def test_a_link_sets_every_filter():
    link = {
        "focus_product": "Control plane",
        "focus_icp_segment": "Platform / ML Ops",
        "focus_persona": "AWS seller, 3PI customer",
        "focus_rail": "AWS Marketplace",
    }
    app = opened("segments", **link)
    assert not app.exception
    shown = {box.key: box.value for box in app.sidebar.selectbox}
    assert {key: shown[key] for key in link} == link


def test_a_filter_that_nobody_knows_is_said_and_not_set():
    app = opened("pipeline", focus_product="Control plain")
    [said] = [one.value for one in app.warning if "Product" in one.value]
    assert "did you mean" in said and "Control plane" in said
    assert {box.key: box.value for box in app.sidebar.selectbox}["focus_product"] == "All products"


def on_to(app: AppTest, page: str, **asks: str | list[str]) -> None:
    """Follow a link within the visit: what is set goes along, and the address is the link's."""
    app._page_hash = calc_hash(page)
    app.query_params.clear()
    for key, asked in asks.items():
        app.query_params[key] = asked
    app.run()
    assert not app.exception


def set_to(app: AppTest) -> tuple[str, ...]:
    return tuple(app.selectbox(key=key).value for key in ("scenario", "focus_product", "focus_rail"))


def test_a_link_within_the_visit_sets_what_it_names_and_nothing_else():
    app = opened("scorecard", scenario="honest-20", focus_product="Vellocity", focus_rail="Stripe")
    on_to(app, "segments", scenario="say-17", focus_product="Control plane")
    assert set_to(app) == ("say-17", "Control plane", "Stripe")
    assert "of Control plane" in app.title[0].value
    app.selectbox(key="focus_product").set_value("Vellocity").run()
    assert set_to(app) == ("say-17", "Vellocity", "Stripe"), "a link is followed once; what is picked then, holds"
    on_to(app, "pipeline", focus_rail="All rails")
    assert set_to(app) == ("say-17", "Vellocity", "All rails")
    on_to(app, "sources")
    on_to(app, "pipeline", focus_product="Control plain", scenario="say-18")
    assert set_to(app) == ("baseline", "All products", "All rails"), "what nobody knows is said, and is nothing"
    told = " ".join(one.value for one in app.warning)
    assert "did you mean" in told and "This page shows the baseline" in told
    on_to(app, "scorecard", scenario="say-17")
    assert set_to(app) == ("say-17", "All products", "All rails")


def test_of_two_values_in_a_link_the_last_counts_and_both_are_said():
    app = opened("scorecard")
    on_to(app, "segments", focus_product=["Vellocity", "Control plane"], scenario=["say-17", "honest-20"])
    assert set_to(app)[:2] == ("honest-20", "Control plane")
    told = seen(" ".join(one.value for one in app.warning))
    assert "Product: this link says both 'Vellocity' and 'Control plane'; this page takes the last" in told
    assert "Scenario: this link says both" in told


def test_other_pages_have_no_filters_of_sales():
    keys = {box.key for box in opened("sources").sidebar.selectbox}
    assert not [key for key in keys if key.startswith("focus_")]


def test_a_name_that_reads_like_all_of_them_is_told_apart():
    owners = focus.apart({"a": "Everybody", "b": "Ben Okafor", "c": "Everybody (owner)"}, "Owner", "Everybody")
    assert owners == {"a": "Everybody (owner)", "b": "Ben Okafor", "c": "Everybody (owner) (owner)"}
    segments = focus.apart({"x": "All segments", "y": "All segments"}, "ICP segment", "All segments")
    assert segments == {"x": "All segments (ICP segment)", "y": "All segments (ICP segment) (ICP segment)"}


def test_everybody_sets_no_filter_even_where_an_owner_is_called_so(monkeypatch: pytest.MonkeyPatch):
    names = {"product": {}, "icp_segment": {"x": "All segments"}, "owner": {"Everybody": "Everybody"}}
    monkeypatch.setattr(focus, "_listed", lambda: names)
    app = opened("scorecard")
    shown = {box.key: box for box in app.sidebar.selectbox}
    assert shown["focus_owner"].value == "Everybody" and "Everybody (owner)" in shown["focus_owner"].options
    assert "owner Everybody" not in said(app) and "ICP segment All segments" not in said(app)
    assert not app.exception
