"""Who buys, and with which motion: the maturity ladder, the ideal-customer segments, the steps of the funnel.

The persona decides what we offer, how we sell it and which pricing model the paper advises; this room never says how
money moves. Each decision says which facts decide it, and a fact that is not known is asked for: no persona is assumed.
Labels, motions, deal ranges and the order of stages are `data/segments.toml`, the steps of each product's motion
`data/motions.toml`; every block has the product it is of.
"""

from lib.segments.actions import ASK, DO, NOTHING, Action, Ask, Motion, Motions, Opening, Play, next_action, step
from lib.segments.funnel import OUTCOMES, Stage
from lib.segments.ideal import (
    NO_AMOUNT,
    NO_RANGE,
    NO_SUCH_SEGMENT,
    RANGE_KEYS,
    IdealCustomer,
    Qualifying,
    RangeVerdict,
    range_verdict,
    spending_enough,
)
from lib.segments.ladder import (
    ANSWERS,
    LADDER,
    PERSONAS,
    SELLERS,
    UNKNOWN,
    Decision,
    Maturity,
    Question,
    contradiction,
    persona,
    persona_decision,
    question,
    questions,
)
from lib.segments.motion import (
    BUILD,
    NONE_GIVEN,
    PRICING_MODELS,
    Approach,
    Persona,
    PricingAdvice,
    PricingModel,
    approach,
    pricing_model,
)
from lib.segments.position import Alternative, Channel, Positioning, Role
from lib.segments.reading import Segments, parse
from lib.segments.reading_motions import parse_motions
from lib.segments.refusal import SegmentsError

__all__ = [
    "ANSWERS",
    "ASK",
    "BUILD",
    "DO",
    "LADDER",
    "NONE_GIVEN",
    "NOTHING",
    "NO_AMOUNT",
    "NO_RANGE",
    "NO_SUCH_SEGMENT",
    "OUTCOMES",
    "PERSONAS",
    "PRICING_MODELS",
    "RANGE_KEYS",
    "SELLERS",
    "UNKNOWN",
    "Action",
    "Alternative",
    "Approach",
    "Ask",
    "Channel",
    "Decision",
    "IdealCustomer",
    "Maturity",
    "Motion",
    "Motions",
    "Opening",
    "Persona",
    "Play",
    "Positioning",
    "PricingAdvice",
    "PricingModel",
    "Qualifying",
    "Question",
    "RangeVerdict",
    "Role",
    "Segments",
    "SegmentsError",
    "Stage",
    "approach",
    "contradiction",
    "next_action",
    "parse",
    "parse_motions",
    "persona",
    "persona_decision",
    "pricing_model",
    "question",
    "questions",
    "range_verdict",
    "spending_enough",
    "step",
]
