"""What must be decided before the listing is published: data/open_decisions.toml, held against what the check finds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

from lib.catalog.document import BookError, Document, check_every_key, check_fields, check_signs, nearest, one_of, shown
from lib.catalog.scenario import ScenarioError, read_toml
from lib.claims.finding import CONTRADICTORY, OVERSTATED, TRUE, UNDERSTATED, Finding
from lib.refusal import Refusal

WHERE = "data/open_decisions.toml"
OPEN, DECIDED = "open", "decided"
STATUSES = (OPEN, DECIDED)
# Differences of surfaces come and go with what they are about, so a decision names them by kind, as in *.included.
DIFFERENCES = (
    "included",
    "plan_ids",
    "minimum_plan",
    "allowance",
    "mapping",
    "base_price",
    "tier_floor",
    "stripe_price",
)
_FALSE = (OVERSTATED, UNDERSTATED, CONTRADICTORY)
_KEYS = ("question", "options", "recommendation", "recommended_by", "status", "findings", "source")
_TEXTS = ("question", "recommendation", "recommended_by", "status", "source")
_DECIDED_KEYS = ("decided_on", "decided_how")
_REST = "a decision without it cannot be made"


class DecisionsError(Refusal):
    """A register that cannot be right; the message names the decision, the key and what to do."""


@dataclass(frozen=True)
class Option:
    """One way a decision may go: in a few words, what then is so, and the scenario on file it is tried in."""

    says: str
    means: str
    tried_in: str | None = None


@dataclass(frozen=True)
class Decision:
    """One question before publishing. `findings` are names of the check, of which `*` stands for any part.

    `decided_on` and `decided_how` are there when `status` is decided, and only then.
    """

    key: str
    question: str
    options: tuple[Option, ...]
    recommendation: str
    recommended_by: str
    status: str
    findings: tuple[str, ...]
    source: str
    decided_on: date | None = None
    decided_how: str = ""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The scenarios on file that try one of the options."""
        return tuple(option.tried_in for option in self.options if option.tried_in)


@dataclass(frozen=True)
class Standing:
    """A decision beside what the check says today; `complaint` where it says decided and something is still false."""

    decision: Decision
    standing: tuple[Finding, ...]
    complaint: str = ""


@dataclass(frozen=True)
class Register:
    """Every decision before publishing, in the order of the file."""

    entries: tuple[Standing, ...]

    @property
    def open(self) -> int:
        """How many nobody has made."""
        return sum(entry.decision.status == OPEN for entry in self.entries)

    @property
    def undone(self) -> int:
        """How many are made and not carried out."""
        return sum(bool(entry.complaint) for entry in self.entries)

    @property
    def is_ready(self) -> bool:
        """Whether everything is decided, and nothing decided is still contradicted."""
        return not self.open and not self.undone

    @property
    def sentence(self) -> str:
        """How many are open, and whether the listing may be published."""
        total = len(self.entries)
        if self.is_ready:
            return f"0 of {total} decisions are open: ready to publish"
        undone = f", {self.undone} decided and not carried out" if self.undone else ""
        return (
            f"{self.open} of {total} decisions {'is' if self.open == 1 else 'are'} open{undone}: not ready to publish"
        )


def parse_decisions(toml: str, claims: Collection[str], scenarios: Collection[str]) -> tuple[Decision, ...]:
    """The text of data/open_decisions.toml → its decisions; claims and scenarios it names must be among those."""
    try:
        document = read_toml(toml, WHERE)
        check_signs(document, WHERE)
    except (BookError, ScenarioError) as problem:
        raise DecisionsError(str(problem)) from None
    check_every_key(document, ("decisions",), WHERE, DecisionsError, "it is the register's one block")
    if not isinstance(document["decisions"], Mapping) or not document["decisions"]:
        raise DecisionsError(f"{WHERE} has no decision: write each as a block [decisions.<key>]")
    found = tuple(_decision(key, entry) for key, entry in document["decisions"].items())
    for decision in found:
        _check_names(decision, claims, scenarios)
    return found


def register(decisions: Iterable[Decision], found: Iterable[Finding]) -> Register:
    """Decisions and what the check finds → each decision beside the findings it is about."""
    listed = tuple(found)
    return Register(tuple(_standing(decision, listed) for decision in decisions))


def register_dict(made: Register) -> dict[str, object]:
    """A register as plain values."""
    return {
        "ready": made.is_ready,
        "open": made.open,
        "sentence": made.sentence,
        "open_decisions": [_as_dict(entry) for entry in made.entries],
    }


def _decision(key: str, entry: Document) -> Decision:
    where = f"{WHERE}, decisions.{key}"
    try:
        return _read(key, entry, where)
    except BookError as problem:
        raise DecisionsError(str(problem)) from None


def _read(key: str, entry: Document, where: str) -> Decision:
    check_every_key(entry, _KEYS, where, DecisionsError, _REST, optional=_DECIDED_KEYS)
    status = one_of(entry["status"], STATUSES, f"{where}.status")
    if status == DECIDED:
        check_every_key(entry, (*_KEYS, *_DECIDED_KEYS), where, DecisionsError, _REST)
    elif set(_DECIDED_KEYS) & set(entry):
        raise DecisionsError(f"{where} says when or how it was decided, and its status is open: change one of them")
    shapes = {**dict.fromkeys(_TEXTS, "text"), "options": "list", "findings": "list"}
    check_fields(entry, {**shapes, "decided_on": "optional date", "decided_how": "optional text"}, where)
    options = tuple(_option(option, f"{where}.options, option {at}") for at, option in enumerate(entry["options"], 1))
    if len(options) < 2:
        raise DecisionsError(f"{where} has {len(options)} options; a decision has at least two")
    return Decision(key=key, **{**entry, "options": options, "findings": tuple(entry["findings"])})


def _option(entry: Document, where: str) -> Option:
    check_fields(entry, {"says": "text", "means": "text", "scenario": "optional text"}, where)
    return Option(entry["says"], entry["means"], entry.get("scenario"))


def _check_names(decision: Decision, claims: Collection[str], scenarios: Collection[str]) -> None:
    where = f"{WHERE}, decisions.{decision.key}"
    for name in decision.findings:
        if not isinstance(name, str) or not (name in claims or _is_of_a_kind(name)):
            known = (*claims, *(f"*.{kind}" for kind in DIFFERENCES))
            raise DecisionsError(
                f"{where} names a finding {shown(name)}, which no check yields; {nearest(name, known)}"
            )
    for name in decision.scenarios:
        if name not in scenarios:
            raise DecisionsError(f"{where} names a scenario {name!r} that is not on file; {nearest(name, scenarios)}")


def _is_of_a_kind(name: str) -> bool:
    return "*" in name and bool(set(name.split(".")) & set(DIFFERENCES))


def _standing(decision: Decision, found: Iterable[Finding]) -> Standing:
    about = [one for one in found if any(fnmatchcase(one.claim, name) for name in decision.findings)]
    standing = tuple(one for one in about if one.verdict != TRUE)
    false = [one.claim for one in standing if one.verdict in _FALSE]
    if decision.status == OPEN or not false:
        return Standing(decision, standing)
    still = f"decided on {decision.decided_on}, but the check still finds {', '.join(false)}"
    return Standing(decision, standing, f"{still}: carry it out, or open it again")


def _as_dict(entry: Standing) -> dict[str, object]:
    one = entry.decision
    return {
        "decision": one.key,
        "question": one.question,
        "status": one.status,
        "options": [{"says": it.says, "means": it.means, "scenario": it.tried_in} for it in one.options],
        "recommendation": one.recommendation,
        "recommended_by": one.recommended_by,
        "decided_on": one.decided_on.isoformat() if one.decided_on else None,
        "decided_how": one.decided_how or None,
        "scenarios": list(one.scenarios),
        "findings": [{"claim": it.claim, "verdict": it.verdict, "severity": it.severity} for it in entry.standing],
        "complaint": entry.complaint or None,
        "source": one.source,
    }
