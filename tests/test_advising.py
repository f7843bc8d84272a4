"""The papers' advice for one customer: both trees and the pricing rule, with its own bills measured beside them."""

import re
import statistics
from collections import defaultdict
from datetime import date

import pytest

from lib import market, rails, segments
from lib.desk import Desk, advising
from lib.market import Advice
from lib.ui.advised import Advised
from lib.ui.views.advice import sentences
from tests.conftest import ROOT

SEGMENTS = segments.parse((ROOT / "data" / "segments.toml").read_text())
RAILS = rails.parse((ROOT / "data" / "rails.toml").read_text())
SELLER = {
    "product": "vellocity",
    "has_aws_account": "yes",
    "is_partner": "yes",
    "is_seller": "yes",
    "wants_consolidated_billing": "unknown",
    "integrator": "Tackle",
}


def told(variation: float | None = None, **more: object) -> Advice:
    return market.advice({**SELLER, **more}, SEGMENTS, RAILS, variation)


def read(advice: Advice) -> list[str]:
    """What the page says, without the escapes of markdown."""
    return [re.sub(r"\\(.)", r"\1", sentence) for sentence in sentences(Advised(advice, 6))]


def test_every_decision_comes_with_its_facts() -> None:
    found = told(0.31)
    assert read(found) == [
        "**Who:** AWS Marketplace seller is yes, integrator is Tackle: a seller and 3PI customer.",
        "**Motion:** Complement; co-market with Tackle/Clazar/Suger. **Surface:** Market only. The Build layer stays "
        "hidden. **Offer:** Market only — co-sell, content, pipeline; hide the Build layer.",
        "**Rail:** AWS account is yes, AWS partner is yes, AWS Marketplace seller is yes, wish for consolidated "
        "billing is unknown: AWS Marketplace by default, Marketplace spend counts against their AWS commitment.",
        "**Pricing model advised:** flat subscription / seat: predictable, no billing collision, sold as a Market "
        "complement (GTM segmentation, 2026-06-15, pricing model). Measured beside it: this customer's bills vary by "
        "31% of their mean from month to month, under the current book.",
    ]


def test_what_is_not_measured_says_what_it_needs() -> None:
    assert read(told())[-1].endswith("Not measured: needs 6 whole months of service with a bill.")


def test_the_facts_that_are_missing_are_asked_for_one_by_one() -> None:
    unknown = dict.fromkeys(("has_aws_account", "is_partner", "is_seller"), "unknown")
    found = told(**unknown, integrator=None)
    assert [one.fact for one in found.questions] == ["is_seller", "is_partner", "has_aws_account"]
    asked = [line for line in read(found) if line.startswith("**Missing")]
    assert asked == [
        "**Missing fact:** Ask whether the customer sells on AWS Marketplace.",
        "**Missing fact:** Ask whether the customer is an AWS partner.",
        "**Missing fact:** Ask whether the customer has an AWS account.",
    ]


def test_the_ladder_advises_nobody_of_the_other_product() -> None:
    """The paper of the ladder is Vellocity's: neither motion nor pricing model are lent to the control plane."""
    found = told(0.31, product="control_plane")
    assert (found.approach, found.pricing) == (None, None)
    assert found.rail == told().rail
    assert not [line for line in read(found) if line.startswith(("**Motion", "**Pricing"))]


@pytest.fixture(scope="module")
def measured(desk: Desk) -> dict[str, float]:
    return dict(advising.variations(desk))


def test_the_variation_is_that_of_the_customers_own_monthly_bills(desk: Desk, measured: dict[str, float]) -> None:
    """Of customers who pay by the month and were served throughout: sums of their lines, by hand."""
    bills: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    terms: dict[str, set[str]] = defaultdict(set)
    for line in desk.baseline.lines:
        terms[line.contract.customer_id].add(line.contract.term if line.kind != "proration" else "moved")
        if line.amount is not None:
            bills[line.contract.customer_id][line.month] += float(line.amount)
    first = desk.window[0]
    since = {one.customer_id: one.started_on for one in desk.population.contracts.values()}
    ended = {one.customer_id for one in desk.population.contracts.values() if one.ended_on is not None}
    plain = [key for key, own in terms.items() if own == {"monthly"} and since[key] <= first and key not in ended]
    assert len(plain) > 20
    for key in plain:
        own = list(bills[key].values())
        assert len(own) == 12
        assert measured[key] == pytest.approx(statistics.pstdev(own) / statistics.mean(own))


def test_whoever_is_served_too_short_is_not_measured(desk: Desk, measured: dict[str, float]) -> None:
    short = [one for one in desk.customers if one.since > date(2026, 6, 1) and one.customer_id not in measured]
    assert short
    assert advising.advice(desk, short[0].customer_id, measured).pricing is not None
    assert advising.fewest_months(desk) == 6


def test_a_payer_whom_nobody_knows_is_asked_about(desk: Desk) -> None:
    found = advising.advice(desk, "aws:123456789012", {})
    assert (found.persona.key, found.rail.default) == ("unknown", "ask")
    assert len(found.questions) == 3
