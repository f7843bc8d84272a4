"""Who accepts which finding, and the door through which somebody does: the same store that the command line reads."""

from dataclasses import dataclass, replace
from datetime import date

from lib.claims.acknowledged import why_not
from lib.claims.finding import Finding
from lib.decisions import Accepted, DecisionError
from lib.desk import Terms, accept, with_accepted
from lib.ui import data, saved
from lib.ui.cards import Stamp
from lib.ui.opening import now, opened_desk, opened_version

_HERE = "discount_honesty"


@dataclass(frozen=True)
class Standing:
    """What is on record about one finding, and what a reader may do about it.

    `standing` holds or is over, `holds` says which; `history` is every acknowledgement of it, the newest first. A
    `refusal` says why nobody may accept it, `trouble` why nothing can be read or written.
    """

    finding: str
    as_of: date
    standing: Accepted | None = None
    holds: bool = False
    history: tuple[Accepted, ...] = ()
    refusal: str | None = None
    trouble: str = ""


@data.only_for(_HERE)
def stamp(scenario: str | None) -> Stamp:
    """Where the page's result comes from, what somebody accepts included."""
    plain, accepted = data.stamp(scenario), saved.accepted()
    if not accepted or data.price_list_gaps():
        return plain
    desk = opened_desk(opened_version())
    manifest = with_accepted(desk.manifest(*[saved.scenario_of(desk, key) for key in (scenario,) if key]), accepted)
    return replace(plain, fingerprint=manifest.fingerprint, manifest=manifest.as_dict())


@data.only_for(_HERE)
def standing(finding: Finding) -> Standing:
    """What stands about a finding as it is shown."""
    as_of = opened_desk(opened_version()).as_of
    refusal = why_not(finding) or _only_proposed(finding)
    try:
        found = tuple(one for one in saved.store().acknowledgements() if one.finding == finding.claim)
    except DecisionError as trouble:
        return Standing(finding.claim, as_of, refusal=refusal, trouble=str(trouble))
    last = next((one for one in found if one.stands), None)
    holds = last is not None and last.holds_on(as_of)
    return Standing(finding.claim, as_of, last, holds, found, refusal)


@data.only_for(_HERE)
def take(finding: str, terms: Terms) -> Accepted:
    """Accept a finding of today's book."""
    as_of = opened_desk(opened_version()).as_of
    return accept(saved.store(), finding, terms, found=data.findings(None), as_of=as_of, when=now())


@data.only_for(_HERE)
def give_back(finding: str, who: str, why: str) -> Accepted:
    """Withdraw what stands for a finding."""
    return saved.store().withdraw(finding, who=who, why=why, when=now())


def _only_proposed(finding: Finding) -> str | None:
    """What only a scenario would bring cannot be accepted: nobody finds it today."""
    today = {one.claim for one in data.findings(None)}
    return None if finding.claim in today else "only the scenario that is picked brings it; today nobody finds it"
