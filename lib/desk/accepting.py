"""How somebody accepts a finding of the desk: only what may be accepted goes on record, and only where it matters.

A result that is read in the light of what is accepted says so in its manifest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from lib.claims.acknowledged import Acknowledgement, acceptable
from lib.claims.finding import Finding
from lib.decisions import Accepted, Store
from lib.desk.papers import DeskError
from lib.manifest import Manifest, fingerprint


@dataclass(frozen=True)
class Terms:
    """Who accepts a finding, why, and the last day it is accepted."""

    who: str
    why: str
    until: date


def accept(
    store: Store, finding: str, terms: Terms, *, found: Sequence[Finding], as_of: date, when: datetime
) -> Accepted:
    """Put on record that somebody accepts a finding of a desk that is opened as of a day → the record.

    `found` is everything the desk finds, whatever is accepted already. Refused where the finding is false, true or
    nowhere, and where the last day is over on the day the desk is opened as of, because it would change nothing.
    """
    one = acceptable(finding, found)
    if terms.until < as_of:
        raise DeskError(f"{terms.until} is over on {as_of}, the day the desk is opened as of; say a later last day")
    return store.acknowledge(one.claim, who=terms.who, why=terms.why, until=terms.until, when=when)


def with_accepted(manifest: Manifest, accepted: Iterable[Acknowledgement]) -> Manifest:
    """A manifest that names what findings are read in the light of; where nobody accepts anything, as it was."""
    told = sorted((one.finding, one.who, one.why, one.until.isoformat()) for one in accepted)
    return replace(manifest, facts_hash=fingerprint([manifest.facts_hash, told])) if told else manifest
