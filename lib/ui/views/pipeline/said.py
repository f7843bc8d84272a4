"""The playbook as tables: what is said, what our records measure of it, what the check says, what it still needs."""

from collections.abc import Sequence
from decimal import Decimal

import pandas as pd

from lib.claims.finding import Finding
from lib.playbook import MEASURED, NOT_MEASURED, ON_DESK, PLANNED, Asset, Feature, Playbook
from lib.ui import growing, numbers, proof


def objections(book: Playbook) -> pd.DataFrame:
    """Objections with their answers, what our records measure of them, and the check's verdicts."""
    rows = book.objections
    return pd.DataFrame(
        {
            "words": [f"“{one.words}”" for one in rows],
            "response": [one.response for one in rows],
            "evidence": [_told(one.measured_by, one.limit, one.planned) for one in rows],
            "verdict": [_verdicts(one.product, one.claims) for one in rows],
            "needs": [one.needs for one in rows],
            "product": [one.product for one in rows],
            "source": [one.source for one in rows],
        }
    )


def pitches(book: Playbook) -> pd.DataFrame:
    """Pitches with what the check says of the claims they make."""
    rows = book.pitches
    return pd.DataFrame(
        {
            "words": [f"“{one.words}”" for one in rows],
            "for_whom": [one.for_whom for one in rows],
            "verdict": [_verdicts(one.product, one.claims, with_reason=True) for one in rows],
            "needs": [one.needs for one in rows],
            "product": [one.product for one in rows],
            "source": [one.source for one in rows],
        }
    )


def assets(book: Playbook) -> pd.DataFrame:
    """Sales assets with where they stand and what proves them."""
    rows = book.assets
    return pd.DataFrame(
        {
            "words": [one.words for one in rows],
            "for_whom": [one.for_whom for one in rows],
            "standing": [_standing(one) for one in rows],
            "evidence": [_told(one.measured_by, None, "") if one.measured_by else "nothing to measure" for one in rows],
            "verdict": [_verdicts(one.product, one.claims) for one in rows],
            "needs": [one.needs for one in rows],
            "product": [one.product for one in rows],
            "source": [one.source for one in rows],
        }
    )


def checklist(book: Playbook) -> pd.DataFrame:
    """Features against the controls they could help to meet, with the state of each one's evidence."""
    rows = book.features
    return pd.DataFrame(
        {
            "feature": [one.feature for one in rows],
            "tier_words": [one.tier for one in rows],
            "soc2": [one.soc2 for one in rows],
            "gdpr": [one.gdpr for one in rows],
            "helps": [one.helps for one in rows],
            "evidence": [_feature_words(one) for one in rows],
            "product": [one.product for one in rows],
            "source": [one.source for one in rows],
        }
    )


def benchmarks(book: Playbook) -> pd.DataFrame:
    """What a benchmark sheet could print today, against which baseline, and what it still needs."""
    rows = book.benchmarks
    return pd.DataFrame(
        {
            "words": [one.words for one in rows],
            "evidence": [_told(one.measured_by, one.limit, "") for one in rows],
            "baseline": [one.baseline for one in rows],
            "needs": [one.needs for one in rows],
            "product": [one.product for one in rows],
            "source": [one.source for one in rows],
        }
    )


def state(measured_by: str | None) -> str:
    """Whether our records measure something of a word."""
    found = growing.evidence().get(measured_by or "")
    return MEASURED if found and found.values else NOT_MEASURED


def _told(measured_by: str | None, limit: Decimal | None, planned: str) -> str:
    """What is measured, or that nothing is; and what the words promise for later."""
    told = proof.told(growing.evidence().get(measured_by or ""), limit)
    return f"{told}; {planned}: planned" if planned else told


def feature_state(one: Feature) -> str:
    """Whether a feature is measured by us, only claimed, or planned."""
    return state(one.measured_by) if one.evidence == MEASURED else one.evidence


def _feature_words(one: Feature) -> str:
    if one.evidence == PLANNED:
        return "planned"
    if one.evidence == MEASURED and state(one.measured_by) == MEASURED:
        return f"in pilots: {proof.kept(growing.evidence()[one.measured_by or ''], one.limit)}"
    return "claimed in the brief; no evidence on file"


def _standing(one: Asset) -> str:
    if one.standing != ON_DESK:
        return "planned, not written"
    return f"on this desk: {numbers.name(one.page)}"


def _verdicts(product: str, claims: Sequence[str], with_reason: bool = False) -> str:
    """What the check says of some claims: words, verdict, and for a pitch the reason."""
    found = growing.verdicts()
    told = [_verdict(found.get((product, claim)), claim, with_reason) for claim in claims]
    return "; ".join(told) or "no claim of it is checked"


def _verdict(found: Finding | None, claim: str, with_reason: bool) -> str:
    if found is None:
        return f"{claim}: not judged"
    reason = f": {found.delivered}" if with_reason else ""
    return f"“{found.words}” is {found.verdict}{reason}"
