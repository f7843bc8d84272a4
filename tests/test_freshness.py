"""A source is as old as its oldest feed, and its lines are those of all its feeds."""

from dataclasses import replace
from datetime import date

from lib.freshness import SourceState, by_source

DAY = date(2026, 10, 31)
STRIPE = SourceState(
    source="stripe",
    feed="stripe_price",
    is_missing=False,
    loaded=14,
    rejected=2,
    duplicates=1,
    lines_read=19,
    header_lines=1,
    blank_lines=1,
    file_count=1,
    last_seen_on=date(2026, 10, 30),
    last_record_on=None,
    age_days=1,
    limit_days=7,
    pull_command="python -m lib pull --only stripe",
)
OLD = replace(
    STRIPE, feed="stripe_invoice", age_days=8, last_seen_on=date(2026, 10, 23), last_record_on=date(2026, 10, 20)
)
GONE = replace(STRIPE, source="crm", feed="deal", is_missing=True, last_seen_on=None, age_days=None)


def test_a_source_is_as_old_as_its_oldest_feed():
    [stripe] = by_source([STRIPE, OLD], DAY)
    assert (stripe.age_days, stripe.limit_days, stripe.is_stale, stripe.missing) == (8, 7, True, 0)
    assert (stripe.pulled_on, stripe.record_age_days) == (date(2026, 10, 30), 11)


def test_a_source_counts_the_lines_of_all_its_feeds():
    [stripe] = by_source([STRIPE, OLD], DAY)
    counted = {what: stripe.lines(what) for what in ("lines_read", "loaded", "duplicates", "rejected", "blank_lines")}
    assert counted == {"lines_read": 38, "loaded": 28, "duplicates": 2, "rejected": 4, "blank_lines": 2}


def test_a_source_of_which_nothing_came_has_no_age():
    stripe, crm = by_source([STRIPE, GONE], DAY)
    assert (crm.source, crm.age_days, crm.record_age_days, crm.pulled_on, crm.missing) == ("crm", None, None, None, 1)
    assert not crm.is_stale and stripe.age_days == 1
