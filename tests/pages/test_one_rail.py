"""With the records of one rail missing, a headline says of which rail it speaks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from lib.desk import Desk
from lib.scorecard.moving import Moved, Stand, Who
from lib.ui import cards
from lib.ui.views.scorecard import movement
from tests.pages.visit import headline, opened


@pytest.mark.parametrize(
    ("page", "asked"),
    [("scorecard", {}), ("segments", {}), ("persona_mix", {}), ("pipeline", {"pipeline_view": "Renewals"})],
)
def test_a_headline_of_one_rail_says_so(page: str, asked: dict[str, str], open_without: Callable[..., None]) -> None:
    open_without("marketplace")
    assert headline(opened(page, **asked)).startswith("Of Stripe alone: ")


def test_with_both_rails_or_one_that_was_never_asked_for_nothing_is_added(desk: Desk) -> None:
    stripe, aws = (
        next(one for one in desk.sources() if one.feed == feed)
        for feed in ("stripe_subscription", "marketplace_agreement")
    )
    assert cards.of_rails_there("MRR", [stripe, aws]) == "MRR"
    assert cards.of_rails_there("MRR", [stripe]) == "MRR"
    assert cards.of_rails_there("MRR", [replace(stripe, is_missing=True), aws]) == "Of Marketplace alone: MRR"


def test_recurring_revenue_that_stands_still_is_told_in_words() -> None:
    who = Who("c-1", "Acme", "vellocity", "seller", None, "stripe")
    still = Moved(date(2026, 9, 30), date(2026, 10, 31), (Stand(who, Fraction(12000), Fraction(12000)),))
    assert movement.words(still) == "MRR stands at $1,000 as it did on 30 Sep 2026"
