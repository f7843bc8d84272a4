"""The next best action for an open deal: first ask for a fact that is missing, then the step its motion takes there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lib.catalog.document import nearest
from lib.segments.ladder import UNKNOWN, Maturity, Question, question
from lib.segments.reading import Segments

ASK, DO, NOTHING = "ask", "do", "nothing"
PERSONA, ICP_SEGMENT = "persona", "icp_segment"
ANYBODY = "anybody"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Action:
    """What to do next with one deal, 'ask', 'do' or 'nothing', in words; why, and where that is written."""

    kind: str
    words: str
    why: str
    source: str


@dataclass(frozen=True)
class Ask:
    """A fact that an open deal must have from a stage on, and the words that ask for it where it is missing."""

    fact: str
    from_stage: str
    words: str
    why: str
    source: str


@dataclass(frozen=True)
class Play:
    """What a motion does at some stages with one persona or segment, or anybody; words may name facts in braces.

    `step` is the number of the step of land and expand that it belongs to, None where the papers name no such steps.
    """

    who: str
    stages: tuple[str, ...]
    words: str
    why: str
    source: str
    step: int | None = None


@dataclass(frozen=True)
class Opening:
    """What a segment of a product is opened with: the sales asset, and the role it speaks to."""

    asset: str
    role: str
    why: str
    source: str


@dataclass(frozen=True)
class Motion:
    """How one product is sold: by persona or by segment, what must be known from which stage on, and its plays."""

    product: str
    by: str
    source: str
    asks: tuple[Ask, ...]
    plays: tuple[Play, ...]
    openings: Mapping[str, Opening]

    def play(self, who: str, stage: str) -> Play:
        """The one play for a persona or segment at an open stage."""
        return next(one for one in self.plays if one.who in (who, ANYBODY) and stage in one.stages)


@dataclass(frozen=True)
class Motions:
    """Everything `data/motions.toml` says, by product, with the segments and stages that it speaks of."""

    segments: Segments
    of: Mapping[str, Motion]


def step(product: str, who: str | None, stage: str, motions: Motions) -> int | None:
    """The step of land and expand at which a product's deal stands, by whom its motion goes by; None without one."""
    plays = motions.of[product].plays if product in motions.of else ()
    return next((one.step for one in plays if one.who in (who, ANYBODY) and stage in one.stages), None)


def next_action(
    facts: Row, stage: str, persona: str, product: str, motions: Motions, open_questions: Iterable[Question] = ()
) -> Action:
    """One deal's facts, stage, persona and product → what to do next, by the motion of that product and no other.

    `facts` are those of marts.deal; one that is not passed is missing. `open_questions` are what others ask, by the
    fact that the motion waits for: their words are the reason, and this room knows nothing else of them.
    """
    if product not in motions.of:
        why = f"No motion is on file for {product!r}; {nearest(product, motions.of)}"
        return Action(ASK, "Ask which product the deal is about.", why, "data/motions.toml")
    motion, order = motions.of[product], motions.segments.open_stages
    if asked := _who_is_it(facts, persona, motion, motions.segments):
        return asked
    if stage not in order:
        return _no_open_stage(stage, motions.segments)
    told = {one.fact: one.words for one in open_questions}
    for ask in motion.asks:
        if order.index(ask.from_stage) <= order.index(stage) and (ask.fact in told or _is_missing(facts, ask.fact)):
            return Action(ASK, ask.words, told.get(ask.fact, ask.why), ask.source)
    return _step(facts, stage, persona, motion, motions.segments)


def _who_is_it(facts: Row, persona: str, motion: Motion, segments: Segments) -> Action | None:
    """The question before all others: who the buyer is, by what the motion goes by; None where that is known."""
    if motion.by == PERSONA:
        if persona != UNKNOWN:
            return None
        account, partner, seller = (facts.get(name) or UNKNOWN for name in _ON_THE_LADDER)
        maturity = Maturity(account, partner, seller, facts.get("integrator"))
        why = "Offer and motion hang on who the customer is, and that hangs on this."
        return Action(ASK, question(maturity) or "Ask who the customer is on the ladder.", why, motion.source)
    own = segments.of_product(motion.product)
    if facts.get(ICP_SEGMENT) in own:
        return None
    labels = ", ".join(one.label for one in own.values())
    return Action(ASK, f"Ask which segment the company is: {labels}.", "Need and deal size hang on it.", motion.source)


def _no_open_stage(stage: str, segments: Segments) -> Action:
    closed = {one.name: one.outcome for one in segments.stages}
    if stage in closed:
        return Action(NOTHING, "Nothing: the deal is closed.", f"{stage} is {closed[stage]}.", "data/segments.toml")
    words = f"Ask which of our stages {stage!r} is; {nearest(stage, segments.open_stages)}"
    return Action(
        ASK, words, "At a stage we do not know a deal weighs nothing and no step follows.", "data/stages.toml"
    )


def _is_missing(facts: Row, name: str) -> bool:
    return name in _OF_A_DEAL and facts.get(name) in (None, UNKNOWN)


def _step(facts: Row, stage: str, persona: str, motion: Motion, segments: Segments) -> Action:
    who = persona if motion.by == PERSONA else facts[ICP_SEGMENT]
    play = motion.play(who, stage)
    names = {"integrator": facts.get("integrator") or "the integrator"}
    if motion.by == ICP_SEGMENT:
        opening, ideal = motion.openings[who], segments.ideal_customers[who]
        names |= {"segment": ideal.label, "need": ideal.need, "asset": opening.asset, "role": opening.role}
    return Action(DO, play.words.format_map(names), play.why.format_map(names), play.source)


NAMED = {PERSONA: ("integrator",), ICP_SEGMENT: ("segment", "need", "asset", "role")}  # what words in braces may name
_ON_THE_LADDER = ("has_aws_account", "is_partner", "is_seller")
_OF_A_DEAL = ("amount", "close_on")  # facts of a deal that are simply there or not
