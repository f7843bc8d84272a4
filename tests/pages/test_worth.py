"""What a customer is worth, on its page: two digits, months of those counted, climbs that may take away."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from streamlit.testing.v1 import AppTest

from lib.desk import Desk
from lib.desk.forecasting import Asked
from lib.desk.worth import Worths
from lib.forecast.worth import Worth
from lib.ui import worths as reads
from lib.ui.legends import Legend
from lib.ui.views.persona_mix import worth as view
from tests.pages.test_persona_mix import by_hand, page  # noqa: F401  (the page's own forecast by hand)
from tests.pages.visit import said

# months, MRR, overage, within, from climbs, a climb adds; a partner's climb takes $5,040 away.
ROWS = (
    Worth("aws_customer", None, 43.94, 80_400.0, 19_600.0, 60_000.0, 4_200.0, 12_345.0),
    Worth("aws_partner", None, 44.6, 60_000.0, 12_300.0, 40_000.0, -361.5, -5_040.0),
    Worth("seller_3pi", None, 59.97, 150_000.0, 30_000.0, 90_000.0, 0.0, None),
    Worth("unknown", None, 10.0, 900_000.0, 0.0, 9_000.0, 0.0, None),
    Worth("aws_customer", "starter", 43.94, 70_000.0, 10_000.0, 50_000.0, 0.0, 0.4),
)


def worked_out(desk: Desk, asked: Asked) -> Worths:
    """By hand; half the churn is worth twice as much, and the customer signs in the last month."""
    twice = 2 if asked.levers.churn == 0.5 else 1
    rows = tuple(
        Worth(row.persona, row.tier, row.months, row.mrr * twice, row.overage, row.within, row.climbs, row.climb)
        for row in ROWS
    )
    return Worths(rows, date(2028, 10, 1), 60, Decimal("0.10"))


@pytest.fixture(autouse=True)
def worked_out_by_hand(monkeypatch: pytest.MonkeyPatch, by_hand: None) -> Iterator[None]:  # noqa: F811
    monkeypatch.setattr(reads, "worked_out", worked_out)
    yield


def panel(**address: str) -> AppTest:
    app = page(persona_mix_panel="What a customer is worth", **address)
    assert not app.exception and not app.error
    return app


def test_the_most_and_the_least_of_the_ladder_are_in_the_sentence() -> None:
    """150,000 + 30,000 of a 3PI seller, 60,000 + 12,300 of a partner; who is unknown stands on no rung."""
    words = said(panel())
    assert "A new customer of a known persona is worth between $72k and $180k: most as AWS seller, 3PI" in words
    assert "least as AWS partner" in words
    assert "signs in Oct 2028" in words and "discounted at 10% a year" in words


def test_a_moved_lever_moves_it() -> None:
    """Twice the MRR: 300,000 + 30,000 and 120,000 + 12,300."""
    assert "between $130k and $330k" in said(panel(persona_mix_lever_churn="0.5"))


def test_a_picked_scenario_and_the_months_reach_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Asked] = []
    monkeypatch.setattr(reads, "worked_out", lambda desk, asked: seen.append(asked) or worked_out(desk, asked))
    panel(scenario="honest-20", persona_mix_months="36", persona_mix_target="900000")
    assert [([one.key for one in asked.scenarios], asked.months) for asked in seen] == [(["honest-20"], 36)]


def test_tables_speak_in_two_digits_and_say_what_a_climb_takes_away() -> None:
    shown, by_tier = (frame.value for frame in panel().dataframe)
    assert by_tier["tier"].tolist() == ["Starter"] and by_tier["climb"].tolist() == ["$0"]
    assert shown["stays"].tolist() == ["44 of 60 months", "45 of 60 months", "60 of 60 months", "10 of 60 months"]
    assert shown["worth"].tolist() == ["$100k", "$72k", "$180k", "$900k"]
    assert shown["within"].tolist() == ["$60k", "$40k", "$90k", "$9k"]
    # 4,200 of 100,000; −361.5 of 72,300 is half a percent, which a whole percent rounds away from zero
    assert shown["climbs"].tolist() == ["4%", "−1%", "last rung", "no rung"]
    assert shown["climb"].tolist() == ["+$12k", "−$5k", "last rung", "no rung"]


def test_what_is_taken_along_are_numbers() -> None:
    taken = view.figures(ROWS[:2], worked_out(None, Asked(24, 1)))  # type: ignore[arg-type]
    assert taken["expected_value_usd"].tolist() == [100_000, 72_300]
    assert taken["expected_months"].tolist() == [43.9, 44.6]
    assert taken["climbs_rate"].tolist() == [0.042, -0.005]
    assert taken["expected_climb_usd"].tolist() == [12_345, -5_040]


def test_customers_who_are_all_worth_the_same_have_no_range() -> None:
    found = Worths(ROWS[:1] * 2, date(2028, 10, 1), 60, Decimal("0.10"))
    words = view._finding(found, Legend((), (), (), {}))
    assert words == "A new customer of a known persona is worth about $100k on every rung"


def test_two_personas_of_the_same_worth_are_named_both() -> None:
    """A partner's $150k and $30k read as a seller's do."""
    partner = Worth("aws_partner", None, 44.6, 150_100.0, 30_000.0, 40_000.0, 0.0, -5_040.0)
    found = Worths((ROWS[0], partner, *ROWS[2:]), date(2028, 10, 1), 60, Decimal("0.10"))
    words = view._finding(found, Legend((), (), (), {}))
    assert words.endswith("and $180k: most as Seller, 3PI and AWS partner, least as AWS customer")
