"""Whether a difference between two places may be: the papers permit a few kinds, and forbid all others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from lib.claims.claim import Papers, Permission
from lib.claims.finding import CONTRADICTORY, FORBIDDEN, NOTE, PERMITTED, REMARK, WARNING, Finding


def stood(found: Iterable[Finding], papers: Papers) -> tuple[Finding, ...]:
    """Differences → the same, each permitted, forbidden or a remark; what is permitted is a note and says why.

    A difference that is no warning is a remark: harmless, or nobody can know.
    """
    allowed = {one.difference: one for one in papers.permitted}
    return tuple(_stood(one, allowed.get(aspect(one.claim))) for one in found)


def aspect(name: str) -> str:
    """What differs, by a difference's name: `rate` of words.rate, `price` of starter-monthly.price.vell_ai_pricing."""
    return name.split(".")[1] if "." in name else ""


def _stood(one: Finding, permission: Permission | None) -> Finding:
    if one.verdict != CONTRADICTORY or one.severity != WARNING:
        return replace(one, standing=REMARK)
    if permission is None:
        return replace(one, standing=FORBIDDEN)
    said = f"permitted: {permission.why} ({permission.source})"
    return replace(one, standing=PERMITTED, severity=NOTE, evidence=(*one.evidence, said))
