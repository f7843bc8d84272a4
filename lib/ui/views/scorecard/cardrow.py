"""The row of cards: money first, then what the role may see; metrics fill the row."""

from lib.desk.scoring import Scoring
from lib.headroom import OVER
from lib.scorecard import KEPT, Score, Unknown
from lib.scorecard.due import TERM
from lib.ui import numbers, scorecard
from lib.ui.cards import Card
from lib.ui.views.scorecard import told
from lib.ui.views.scorecard.gathered import Gathered

_FIRST = ("net_revenue_retention", "gross_margin", "cac_payback_months")  # then whatever can be measured
_MOST, _HISTORY = 6, 12
_SHORT = {
    "net_revenue_retention": "NRR, 12 months",
    "free_to_paid": "Free to paid",
    "first_route_days": "First route",
    "median_savings": "Median savings",
    "addon_attach": "Add-on attach",
    "infrastructure_share": "Infrastructure",
}


def cards_of(found: Gathered) -> list[Card]:
    """At most six cards for what the reader looks at."""
    money, rest = _mrr(found), [*_targets(found), *_claims(found), *_allowances(found), *_due(found)]
    return [*money, *_metrics(found)[: _MOST - len(money) - len(rest)], *rest]


def _mrr(found: Gathered) -> list[Card]:
    if found.standing is not None:
        history = [float(one.mrr) for one in scorecard.months()][-_HISTORY:]
        return [Card("MRR", numbers.money(found.standing), "Recurring revenue a month.", history=history)]
    if not found.moved or not found.moved.stands:
        return []
    is_everybody = len(found.moved.stands) == len(found.people)
    history = [float(one.mrr) for one in scorecard.months()][-_HISTORY:] if is_everybody else []
    change = found.moved.change
    delta = numbers.change(change) if change else None
    definition = f"Recurring revenue a month, and what it moved by since {numbers.day(found.moved.since)}."
    return [Card("MRR", numbers.money(found.moved.after), definition, delta, change > 0 if change else None, history)]


def _targets(found: Gathered) -> list[Card]:
    held = [one for scoring in found.scored.values() for one in scoring.scores if one.target]
    if not held:
        return []
    known = [one for one in held if not isinstance(one.value, Unknown)]
    kept = sum(one.verdict == KEPT for one in held)
    waiting = f"{len(held) - len(known)} need data"
    definition = "Targets of the strategy paper that are kept, of those that can be measured; below, those that cannot."
    return [Card("Targets kept", f"{kept} of {len(known)}", definition, waiting if len(held) > len(known) else None)]


def _claims(found: Gathered) -> list[Card]:
    if found.false is None:
        return []
    definition = "Published claims that the price list does not keep today."
    return [Card("False claims", numbers.count(len(found.false)), definition)]


def _allowances(found: Gathered) -> list[Card]:
    if found.crossings is None or not found.moved or not found.moved.stands:
        return []
    over = {one.customer_id for one in found.crossings.crossed if one.becomes == OVER}
    back = {one.customer_id for one in found.crossings.crossed if not one.is_up}
    definition = (
        f"Customers who were over an allowance in {numbers.month(found.crossings.after)} that they kept within in "
        f"{numbers.month(found.crossings.before)}; below, those who came down from over or near one."
    )
    return [Card("Newly over", numbers.count(len(over)), definition, f"{numbers.count(len(back))} came down")]


def _due(found: Gathered) -> list[Card]:
    within, open_ = scorecard.due_within(), sum(one.on is None for one in found.due)
    label = f"Due in {within} days"
    waiting = numbers.counted(open_, "open decision") if open_ else None
    definition = (
        "Contracts and business reviews that come up, sent offers that lapse, acceptances that end, approved changes "
        "that take effect or reach running contracts."
    )
    return [Card(label, numbers.count(_with_a_day(found)), definition, waiting)]


def _with_a_day(found: Gathered) -> int:
    """How many things fall due; the term of an offer that ends is one of the contracts that come up, where told."""
    told = {(one.customer_id, one.on) for one in found.coming}
    single = [one for one in found.due if one.on is not None]
    return len(found.coming) + sum(one.kind != TERM or (one.customer_id, one.on) not in told for one in single)


def _metrics(found: Gathered) -> list[Card]:
    """What can be measured, that of retention and margin first, each of the first product it is measured of."""
    pairs = [(one, score) for one in found.scored.values() for score in one.scores]
    known = {score.metric.key: (one, score) for one, score in reversed(pairs) if not isinstance(score.value, Unknown)}
    ordered = sorted(known, key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST))
    return [_of(*known[key]) for key in ordered]


def _of(scoring: Scoring, one: Score) -> Card:
    peers = next((told.peers(scoring, item) for item in scorecard.benchmarks() if item.metric == one.metric.key), None)
    held = f"target {one.target.words}" if one.target else f"peers {peers}" if peers else "no target set"
    is_good = None if not one.target else one.verdict == KEPT
    history = [float(point.value) for point in one.trend]
    definition = f"{one.metric.label} of {numbers.name(scoring.product)}: {one.metric.formula}."
    return Card(
        _SHORT.get(one.metric.key, one.metric.label),
        told.in_a_card(one.metric, one.value),
        definition,
        held,
        is_good,
        history,
    )
