"""What a change of prices takes by hand: steps on their days, the day each rule lets it reach people, and whom."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from lib import rails, reports
from lib.catalog.rollout import OwnNotice
from lib.catalog.scenario import overlaid, parse_scenario
from lib.desk import announcement
from lib.surfaces import (
    DIMENSION_RATE,
    KINDS,
    TIER_PRICE,
    changed,
    checklist,
    everything,
    notice_days,
    parse_procedures,
)
from lib.surfaces.procedure import ProcedureError
from tests.conftest import ROOT, cases
from tests.specification import current

TEXT = (ROOT / "data" / "update_procedure.toml").read_text()
RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
DAY = date(2027, 3, 16)
RUNNING = "started_on <= date '2026-10-31' and (ended_on is null or ended_on > date '2026-10-31')"


def scenario(key):
    return parse_scenario((ROOT / "data" / "scenarios" / f"{key}.toml").read_text(), key)


def test_the_steps_are_those_of_the_paper_in_their_order(shared):
    """Five when a tier price changes, three when a rate does; each names what the paper names."""
    brief = next((shared / "brief").glob("001*")).read_text()
    section = brief.partition("Update procedure¶")[2].partition("Private Offer carve-outs¶")[0]
    asked = {
        TIER_PRICE: ("plans", "Stripe", "Seller Central", "spec", "otify"),
        DIMENSION_RATE: ("marketplace_pricing_dimensions", "Seller Central", "spec"),
    }
    _, tier, rate = re.split(r"^When ", section, flags=re.MULTILINE)
    for kind, part in zip(asked, (tier, rate), strict=True):
        places = [part.find(word) for word in asked[kind]]
        assert -1 not in places and places == sorted(places)
        steps = parse_procedures(TEXT)[kind].steps
        assert len(steps) == len(asked[kind])
        assert all(word in step.what for word, step in zip(asked[kind], steps, strict=True))


@pytest.mark.parametrize("case", cases("update_procedure", "refused"))
def test_what_cannot_be_followed_is_refused_by_step(case):
    assert case["old"] in TEXT
    with pytest.raises(ProcedureError, match=re.escape(case["told"])):
        parse_procedures(TEXT.replace(case["old"], case["new"], 1))


def test_a_step_comes_as_many_days_after_the_announcement_as_it_says():
    later = TEXT.replace("days  = 0", "days  = 3", 1)
    due = checklist(parse_procedures(later), TIER_PRICE, DAY)
    assert [(one.place, one.on) for one in due] == [(2, DAY), (3, DAY), (4, DAY), (5, DAY), (1, date(2027, 3, 19))]


@pytest.mark.parametrize("case", cases("update_procedure", "notice"))
def test_each_rule_of_notice_has_its_own_day(case):
    found = notice_days(RAILS["aws"], TIER_PRICE, case["announced_on"])
    assert [one.days for one in found] == [60, 90]
    assert [one.reaches_on for one in found] == case["reaches"]
    assert {one.announced_on for one in found} == {case["announced_on"]}


def test_existing_entitlements_on_aws_keep_their_rate_and_on_stripe_have_notice():
    [aws] = notice_days(RAILS["aws"], DIMENSION_RATE, DAY)
    assert (aws.reaches_on, aws.rule) == (None, "existing entitlements keep their rate")
    [stripe] = notice_days(RAILS["stripe"], DIMENSION_RATE, DAY)
    assert stripe.reaches_on == date(2027, 5, 15)


def test_a_scenarios_own_notice_comes_first_and_its_freeze_holds_every_rule():
    own = OwnNotice(days=30, source="a contract", freeze_until=date(2027, 6, 1))
    found = notice_days(RAILS["aws"], TIER_PRICE, DAY, own)
    assert [(one.days, one.reaches_on) for one in found] == [
        (30, date(2027, 6, 1)),
        (60, date(2027, 6, 1)),
        (90, date(2027, 7, 1)),
    ]


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(0, 40))
def test_announcing_later_never_reaches_anybody_sooner(day, later):
    before = notice_days(RAILS["aws"], TIER_PRICE, day)
    after = notice_days(RAILS["aws"], TIER_PRICE, day + timedelta(days=later))
    assert all(one.reaches_on <= two.reaches_on for one, two in zip(before, after, strict=True))
    assert all(one.reaches_on - day >= timedelta(days=one.days) for one in before)
    assert all(one.reaches_on - day <= timedelta(days=one.days + 30) for one in before)


@pytest.mark.parametrize("case", cases("update_procedure", "changed"))
def test_which_kinds_of_change_a_scenario_holds(case):
    one = scenario(case["scenario"])
    found = changed(current(), overlaid(current(), one.changes, one.key))
    assert found.kinds == tuple(case["kinds"])
    for rail in ("aws", "stripe"):
        keys = (*found.plans[rail], *found.dimensions[rail])
        assert sorted(keys) == case[rail]
        assert found.on(rail) == found.kinds
    assert list(found.others) == case["others"]


def test_a_rails_own_price_changes_that_rail_alone():
    book = overlaid(current(), {"rails": {"aws": {"plans": {"starter-annual": {"list_price": 2870}}}}}, "a test")
    found = changed(current(), book)
    assert (found.plans["aws"], found.plans["stripe"]) == (("starter-annual",), ())
    assert (found.on("aws"), found.on("stripe")) == ((TIER_PRICE,), ())


def test_the_same_book_changes_nothing_and_everything_is_every_public_price():
    assert changed(current(), current()).kinds == ()
    found = everything(current())
    assert (found.kinds, len(found.plans["aws"]), len(found.dimensions["aws"])) == (KINDS, 6, 8)
    assert everything(current(), [TIER_PRICE]).kinds == (TIER_PRICE,)


# Who is touched, on the sample; the numbers are SQL of the test's own


def counted(warehouse, where):
    """Customers with a running contract, by rail and whether it is a private offer."""
    rows = [
        row
        for row in warehouse.rows("contract")
        if row["plan_key"]
        and row["started_on"] <= date(2026, 10, 31)
        and (row["ended_on"] is None or row["ended_on"] > date(2026, 10, 31))
        and where(row)
    ]
    told = {(row["rail"], bool(row["offer_id"]), row["customer_id"]) for row in rows}
    return Counter((rail, private) for rail, private, _ in told)


def touched(told, standing):
    return Counter(rail for rail, _ in {(it.rail, it.customer_id) for it in told.touched if it.standing == standing})


def test_yearly_subscribers_must_be_told_of_a_yearly_price(desk):
    told = announcement(desk, [scenario("honest-20")], DAY)
    yearly = counted(desk.warehouse, lambda row: row["plan_key"].endswith("-annual"))
    assert touched(told, "to be told") == {
        "stripe": yearly["stripe", False],
        "aws": yearly["aws", False],
    }
    assert sum(touched(told, "has a private offer").values()) == yearly["aws", True] + yearly["stripe", True]
    assert told.told_on("aws") == yearly["aws", False] > 0
    assert {it.kinds for it in told.touched} == {(TIER_PRICE,)}


def test_nobody_on_aws_must_be_told_of_a_rate_that_they_keep(desk):
    """Images are sold on every tier, above an allowance."""
    told = announcement(desk, [scenario("images-at-six-cents")], DAY)
    everybody = counted(desk.warehouse, lambda row: True)
    assert touched(told, "to be told") == {"stripe": everybody["stripe", False]}
    assert touched(told, "keeps its rate") == {"aws": everybody["aws", False]}
    assert [(it.rail, it.reaches_on) for it in told.notices] == [("stripe", date(2027, 5, 15)), ("aws", None)]


def test_a_rate_of_a_dimension_that_a_tier_is_not_offered_touches_nobody_on_it(desk):
    one = parse_scenario(
        'name = "Video"\nauthor = "a test"\nwhy = "a test"\nbaseline = "2026-05-09"\n'
        "[dimensions.video_minutes]\nbands = [{ from = 0, unit_price = 0.6 }]\n",
        "video",
    )
    told = announcement(desk, [one], DAY)
    assert {it.plan_key.partition("-")[0] for it in told.touched if it.standing != "has a private offer"} == {
        "command_plus"
    }


def test_a_change_for_new_customers_has_nobody_to_tell(desk):
    told = announcement(desk, [scenario("starter-plus-10-new")], DAY)
    assert set(touched(told, "to be told")) == set()
    assert sum(touched(told, "not asked for").values()) > 0


def test_without_a_day_a_change_is_announced_on_its_own_or_on_the_day_of_the_desk(desk):
    assert announcement(desk, [scenario("honest-20")]).announced_on == date(2027, 1, 1)
    assert announcement(desk, []).announced_on == desk.as_of


def test_without_a_price_there_is_nothing_to_do(desk):
    told = announcement(desk, [scenario("say-17")], DAY)
    assert (told.changed.kinds, told.due, told.notices, told.touched) == ((), (), (), ())


# The calendar of an announcement


def test_the_calendar_holds_every_step_every_notice_and_every_day_it_reaches_somebody(desk):
    answer = reports.listed(desk, [scenario("honest-20")], DAY)
    read = Calendar.from_ical(reports.listing(answer, "ics")).walk("VEVENT")
    days = Counter(one.decoded("dtstart") for one in read)
    # five steps and a notice for each rail on the day; then Stripe's 60 days, and AWS's 60, and its 90 and the first
    assert days == {DAY: 5 + 2, date(2027, 5, 15): 2, date(2027, 7, 1): 1}
    titles = [str(one["summary"]) for one in read]
    assert f"Honest 20: notify {answer.announced.told_on('aws')} customers on AWS at the latest" in titles
    fingerprint = answer.manifest.fingerprint
    assert all(str(one["description"]).endswith(f"result {fingerprint}") for one in read)
    moved = reports.listed(desk, [scenario("honest-20")], date(2027, 4, 1))
    again = Calendar.from_ical(reports.listing(moved, "ics")).walk("VEVENT")
    assert [str(one["uid"]) for one in again] == [str(one["uid"]) for one in read]
