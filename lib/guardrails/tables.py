"""How verdicts leave the desk: plain values, rows for a table, one sentence."""

from __future__ import annotations

from collections.abc import Iterable

from lib.costs import Missing, shortened
from lib.guardrails.judging import WORST_FIRST, Verdict

Document = dict[str, object]
COLUMNS = ("verdict", "guardrail", "measured", "n", "limit")


def as_dict(one: Verdict) -> Document:
    """A verdict as plain values: figures as decimal strings, null where missing; the sentence says what it needs."""
    return {
        "key": one.limit.key,
        "words": one.limit.words,
        "verdict": one.verdict,
        "measure": one.limit.measure,
        "above": None if one.limit.above is None else shortened(one.limit.above),
        "where": {fact: list(values) for fact, values in one.limit.where},
        "measured": None if isinstance(one.measured, Missing) else shortened(one.measured),
        "n": one.n,
        "of": one.limit.counted,
        one.limit.bound: shortened(one.limit.value),
        "sentence": one.sentence,
        "source": one.limit.source,
        "why": one.limit.why,
    }


def rows(verdicts: Iterable[Verdict]) -> list[Document]:
    """Verdicts → rows for a plain table, the broken ones first, then what is undecided."""
    ordered = sorted(verdicts, key=lambda one: WORST_FIRST.index(one.verdict))
    return [
        {
            "verdict": one.verdict,
            "guardrail": one.limit.words,
            "measured": "not measurable" if isinstance(one.measured, Missing) else one.told,
            "n": one.n,
            "limit": one.limit.sentence,
        }
        for one in ordered
    ]


def summary(verdicts: Iterable[Verdict]) -> str:
    """How many limits are broken, undecided and kept, in one sentence."""
    found = [one.verdict for one in verdicts]
    counted = [f"{found.count(verdict)} {verdict}" for verdict in WORST_FIRST if verdict in found]
    return f"guardrails: {', '.join(counted) or 'none is written'}"
