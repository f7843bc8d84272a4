"""A listing that nobody touched since the price list changed, and one of which nobody knows."""

from datetime import date, datetime

import pytest

from lib import promises
from lib.claims.parse import parse
from lib.surfaces import NOT_PULLED, AwsListing, listing_age
from tests.specification import CLAIMS, PUBLISHED_ON_AWS, captures, current, rows

PRICE = {"source": "catalog", "offer_id": "offer", "is_public": True, "pricing": "usage", "duration": "none"}
PRICE |= {"dimension_key": "words", "dimension_name": "Words", "unit": "1000 words", "price_text": "0.001"}

LATE = ("warning", "AWS listing: last changed on 2026-03-01")


def listed(*changed: str | None, public: bool = True, dimension: str | None = None) -> AwsListing:
    """A listing whose prices were last changed on some days."""
    prices = [{**PRICE, "is_public": public, "last_modified_at": _at(day)} for day in changed]
    return AwsListing(prices, [{"dimension_key": "words", "last_modified_at": _at(dimension)}])


def _at(day: str | None) -> datetime | None:
    return datetime.fromisoformat(day) if day else None


def told(listing: AwsListing, text: str = PUBLISHED_ON_AWS) -> list[tuple[str, str]]:
    found = listing_age(current(), parse(text).surfaces["aws_listing"], listing)
    return [(one.severity, one.promised) for one in found]


@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        (listed("2026-03-01T23:59:59"), [LATE]),
        (listed("2026-05-08T23:59:59"), [("warning", "AWS listing: last changed on 2026-05-08")]),
        (listed("2026-05-09"), []),  # on the very day
        (listed("2026-03-01", "2026-06-01"), []),  # the newest counts
        (listed("2026-03-01", dimension="2026-06-01"), []),
        (
            listed("2026-06-01", public=False, dimension="2026-03-01"),
            [("warning", "AWS listing: last changed on 2026-03-01")],
        ),
        (listed(None), [("note", "AWS listing: no date of its last change came with it")]),
        (NOT_PULLED, [("note", "AWS listing: it was never pulled")]),
    ],
)
def test_a_published_listing_keeps_up_with_the_price_list(listing: AwsListing, expected: list[tuple[str, str]]) -> None:
    assert current().effective == date(2026, 5, 9)
    assert told(listing) == expected


def test_a_listing_that_is_not_published_yet_has_nothing_to_keep_up_with() -> None:
    assert told(NOT_PULLED, CLAIMS) == []
    assert told(listed("2026-03-01", public=False), CLAIMS) == []


def test_it_is_among_the_findings_and_is_no_forbidden_difference() -> None:
    marts = (rows(mart) for mart in ("plan", "dimension", "stripe_price"))
    found = promises.findings(PUBLISHED_ON_AWS, current(), *marts, None, captures(), NOT_PULLED)
    (one,) = (one for one in found if one.claim == "aws_listing.updated")
    assert (one.verdict, one.standing) == ("unverifiable", "note")
