"""What the page shows, held to what the reader looks at. What needs the older snapshot is read when it is drawn."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib import scorecard as rules
from lib.claims.finding import Finding
from lib.desk.renewing import Upcoming
from lib.desk.scoring import Scoring
from lib.renewals import REVIEW as REVIEWED
from lib.scorecard import Alert, Crossings, Due, Moved, Still, Turned, Who
from lib.scorecard.due import CONTRACT, REVIEW
from lib.ui import growing, scorecard
from lib.ui.focus import Focus
from lib.ui.scorecard import ALLOWANCES, HONESTY, LISTING, PIPELINE

EVERY = "every product"


@dataclass(frozen=True)
class Gathered:
    """Everything the page tells. What the reader may not be told is None; without an earlier day nothing moved.

    `due` is told line by line; `coming` are the contracts and the business reviews that come up, told together.
    `standing` is today's MRR of everybody, where nothing moved and no part of the customers is looked at.
    """

    since: date | None
    moved: Moved | None
    standing: Decimal | None
    scored: dict[str, Scoring]
    false: tuple[Finding, ...] | None
    crossings: Crossings | None
    due: tuple[Due, ...]
    coming: tuple[Due, ...]
    people: dict[str, Who]


def gathered(since: date | None, focus: Focus) -> Gathered:
    """Read what the role may see, and keep what the reader looks at."""
    moved = scorecard.moved(since) if since else None
    people = {one.who.customer_id: one.who for one in moved.stands} if moved else {}
    products = [one for one in scorecard.products() if focus.keeps(product=one)]
    return Gathered(
        since=since,
        moved=moved.of(lambda who: _keeps(who, focus)) if moved else None,
        standing=None if since else _standing(focus),
        scored={product: scorecard.scored(product) for product in products},
        false=_false(focus),
        crossings=_crossings(since, focus, people),
        due=tuple(one for one in scorecard.due() if _is_due(one, focus, people)),
        coming=_coming(focus),
        people=people,
    )


def _standing(focus: Focus) -> Decimal | None:
    is_part = focus.without("icp_segment", "persona", "rail") or not focus.keeps(product=scorecard.invoiced())
    months = scorecard.months()
    return months[-1].mrr if months and not is_part else None


def then(found: Gathered) -> dict[str, Scoring]:
    """Every metric as the older snapshot told it: read last, because that snapshot is opened for it."""
    if found.since is None:
        return {}
    return {product: scorecard.scored_on(product, found.since) for product in found.scored}


def alerts(found: Gathered, focus: Focus) -> tuple[Alert, ...]:
    """Everything that asks for a look, the worst first; what turned is read from the older snapshot too."""
    turned = _turned(found.since, focus)
    return rules.ordered(
        [
            *rules.of_claims(found.false or (), turned),
            *rules.of_differences(turned),
            *rules.of_sources(scorecard.late()),
            *rules.of_deals(_still(focus)),
            *rules.of_scores(one for scoring in found.scored.values() for one in scoring.scores),
            *(rules.of_crossings(found.crossings) if found.crossings else ()),
            *rules.of_due((*found.due, *found.coming)),
        ]
    )


def _false(focus: Focus) -> tuple[Finding, ...] | None:
    if not scorecard.may(HONESTY):
        return None
    return tuple(one for one in scorecard.false_claims() if _is_of(one.product, focus))


def _still(focus: Focus) -> tuple[Still, ...]:
    """The deals that stand still, of those looked at: a deal has every fact there is to ask for."""
    if not scorecard.may(PIPELINE):
        return ()
    return tuple(
        one
        for one in scorecard.still()
        if focus.keeps(
            product=one.deal.product,
            icp_segment=one.deal.icp_segment,
            persona=one.deal.persona,
            rail=one.deal.advised_rail,
            owner=one.deal.owner,
        )
    )


def _coming(focus: Focus) -> tuple[Due, ...]:
    """What comes up with the customers that are looked at, the largest contracts first."""
    if not scorecard.may(PIPELINE):
        return ()
    kept = [_as_due(one) for one in scorecard.coming() if growing.is_looked_at(one, focus)]
    return tuple(sorted(kept, key=lambda one: -(one.mrr or 0)))


def _as_due(one: Upcoming) -> Due:
    day = one.coming
    kind = REVIEW if day.kind == REVIEWED else CONTRACT
    return Due(kind, one.name, day.on, day.customer_id, day.rail, mrr=one.mrr)


def _turned(since: date | None, focus: Focus) -> tuple[Turned, ...]:
    if since is None or not scorecard.may(HONESTY, LISTING):
        return ()
    return tuple(one for one in scorecard.turned(since) if _is_of(one.finding.product, focus))


def _crossings(since: date | None, focus: Focus, people: dict[str, Who]) -> Crossings | None:
    """Allowances of the customers that are looked at."""
    if since is None or not scorecard.may(*ALLOWANCES):
        return None
    found = scorecard.crossings(since)
    kept = (
        one for one in found.crossed if not focus.words or ((who := people.get(one.customer_id)) and _keeps(who, focus))
    )
    return Crossings(found.before, found.after, tuple(kept))


def _keeps(who: Who, focus: Focus) -> bool:
    return focus.keeps(product=who.product, persona=who.persona, icp_segment=who.icp_segment, rail=who.rail)


def _is_of(product: str, focus: Focus) -> bool:
    """Whether a finding is about a product that is looked at; one of no product in particular always is."""
    return product == EVERY or focus.keeps(product=product)


def _is_due(one: Due, focus: Focus, people: dict[str, Who]) -> bool:
    """Whether something due is looked at: by its customer where it is one's, else by product and rail."""
    who = people.get(one.customer_id or "")
    if who:
        return _keeps(who, focus)
    return focus.keeps(product=scorecard.invoiced(), **({"rail": one.rail} if one.rail else {}))
