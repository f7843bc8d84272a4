"""The list of what asks for a look: what is false comes before what is late, and good news last."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from lib import scorecard
from lib.claims.finding import CONTRADICTORY, NONE, OVERSTATED, RED, TRUE, WARNING, Finding
from lib.desk import scoring
from lib.freshness import SourceState
from lib.headroom import NEAR, OVER, Headroom
from lib.market import Deal
from lib.scorecard import Alert, Crossings, Due, Measured, Score, Still, Unknown, crossed, parse_metrics, turned
from lib.scorecard.due import CONTRACT, OPEN, REVIEW, TERM
from tests.conftest import ROOT

METRICS = parse_metrics((ROOT / "data" / "metrics.toml").read_text(), scoring.MEASURES).by_key
NEW = "control_plane"


def found(claim: str, severity: str, verdict: str, standing: str = "") -> Finding:
    return Finding(claim, "k", "p", "page", "w", "s", True, verdict, severity, "a", "b", standing=standing)


def state(source: str, age: int) -> SourceState:
    return SourceState(source, f"{source}_feed", False, 1, 0, 0, 1, 1, 0, 1, None, None, age, 3, "pull")


def score(key: str, value: Any, product: str = NEW) -> Score:
    return Score(METRICS[key], product, Measured(value))


def room(customer: str, used: int, state: str, dimension: str = "words") -> Headroom:
    over = Decimal(max(used - 100, 0))
    costs = {"overage": over, "overage_usd": over, "bill_usd": None}
    later = {"next_key": None, "next_price_usd": None, "next_bill_usd": None}
    about = {"rail": "stripe", "tier": "starter", "plan_key": "starter-monthly", "month": date(2026, 10, 1)}
    amounts = {"used": Decimal(used), "allowance": Decimal(100), "state": state, "is_whole": True}
    return Headroom(
        customer_id=customer, contract_id=customer, dimension=dimension, **about, **amounts, **costs, **later
    )


def deal(name: str) -> Deal:
    about = {"company": name, "product": NEW, "owner": None, "stage": "Qualified", "persona": "unknown"}
    money = {"amount": None, "probability": None, "crm_probability": None, "weighted": None}
    facts = {"icp_segment": None, "advised_rail": "ask", "rail_reason": "", "close_on": None}
    return Deal(deal_id=name, name=name, **about, **money, **facts)


def kinds(alerts: Any) -> list[str]:
    return [one.kind for one in scorecard.ordered(alerts)]


def test_everything_at_once_stands_by_what_matters() -> None:
    then = [
        found("a", WARNING, OVERSTATED),
        found("b", WARNING, OVERSTATED),
        found("d", WARNING, CONTRADICTORY, "note"),
    ]
    after = [found("a", RED, OVERSTATED), found("b", NONE, TRUE), found("e", WARNING, CONTRADICTORY, "forbidden")]
    turns = turned(then, after)
    alerts = [
        *scorecard.of_crossings(Crossings(date(2026, 9, 1), date(2026, 10, 1), crossed([], [room("k", 150, OVER)]))),
        *scorecard.of_due([Due(OPEN, "q"), Due(TERM, "o", date(2026, 11, 2))]),
        *scorecard.of_claims(after[:1], turns),
        *scorecard.of_differences(turns),
        *scorecard.of_scores([score("addon_attach", Fraction(1, 10))]),
        *scorecard.of_deals([Still(deal("One"), 3)]),
        *scorecard.of_sources([state("crm", 9)]),
    ]
    assert kinds(alerts) == [
        "false claim",
        "source",
        "deals stand still",
        "target missed",
        "difference",
        "due",
        "over",
        "open",
        "mended",
        "mended",
    ]


def test_a_claim_that_is_false_since_and_one_that_was_before() -> None:
    was, turns = found("a", RED, OVERSTATED), turned([], [found("b", RED, OVERSTATED)])
    alerts = scorecard.of_claims([was, found("b", RED, OVERSTATED)], turns)
    assert [(one.kind, one.turn) for one in alerts] == [("false claim", None), ("false claim", "turned red")]


@pytest.mark.parametrize(
    ("value", "product", "is_told"),
    [
        (Fraction(35, 100), NEW, True),
        (Fraction(36, 100), NEW, False),
        (Unknown("x"), NEW, False),
        (Fraction(1, 100), "vellocity", False),
    ],
)
def test_only_a_measured_target_of_the_product_can_be_missed(value: Any, product: str, is_told: bool) -> None:
    assert bool(scorecard.of_scores([score("addon_attach", value, product)])) is is_told


def test_a_source_is_late_once_and_only_when_it_is() -> None:
    alerts = scorecard.of_sources([state("crm", 9), state("crm", 8), state("stripe", 3)])
    assert [one.about.source for one in alerts if isinstance(one.about, SourceState)] == ["crm"]


def test_contracts_and_reviews_that_come_up_are_one_line_each() -> None:
    on = date(2026, 11, 2)
    rows = [Due(CONTRACT, "a", on), Due(REVIEW, "b", on), Due(TERM, "c", on), Due(CONTRACT, "d", on)]
    found = scorecard.ordered(scorecard.of_due(rows))
    assert [one.kind for one in found] == ["due", "contracts", "reviews"]
    assert [one.about for one in found[1:]] == [(rows[0], rows[3]), (rows[1],)]


def test_deals_in_time_are_no_line() -> None:
    assert scorecard.of_deals([Still(deal("One"), 0)]) == []


def test_crossings_go_over_near_and_back_the_dearest_first() -> None:
    """Of two that went over the dearer leads; one who came down from over to near is on the way back."""
    before = [room("a", 80, NEAR), room("c", 120, OVER), room("d", 130, OVER)]
    after = [room("a", 110, OVER), room("b", 190, OVER), room("d", 90, NEAR), room("e", 85, NEAR)]
    rows = crossed(before, after)
    assert [(one.customer_id, one.was, one.becomes) for one in rows] == [
        ("b", "within", "over"),
        ("a", "near", "over"),
        ("e", "within", "near"),
        ("d", "over", "near"),
        ("c", "over", "within"),
    ]
    lines = scorecard.of_crossings(Crossings(date(2026, 9, 1), date(2026, 10, 1), rows))
    assert [(one.kind, len(one.about)) for one in lines if isinstance(one.about, tuple)] == [
        ("over", 2),
        ("near", 1),
        ("back within", 2),
    ]


def test_a_customer_with_two_contracts_counts_with_the_fuller() -> None:
    assert crossed([room("a", 120, OVER)], [room("a", 85, NEAR), room("a", 130, OVER)]) == ()


def test_nothing_asks_for_a_look_where_nothing_does() -> None:
    calm: list[Alert] = [
        *scorecard.of_claims([], ()),
        *scorecard.of_crossings(Crossings(date(2026, 9, 1), date(2026, 9, 1), ())),
    ]
    assert scorecard.ordered(calm) == ()
