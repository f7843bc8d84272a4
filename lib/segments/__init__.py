"""Who buys, and with which motion: the maturity ladder, the ideal-customer segments, the pipeline's weight.

The persona decides what we offer and how we sell it; this room never says how money moves. A fact that is not known
is asked for: no persona is assumed. Labels, motions, deal ranges and the order of stages are `data/segments.toml`.
"""

from lib.segments.funnel import OUTCOMES, PipelineGroup, Stage, pipeline, weighted
from lib.segments.ideal import IdealCustomer
from lib.segments.ladder import (
    ANSWERS,
    LADDER,
    PERSONAS,
    SELLERS,
    UNKNOWN,
    Maturity,
    contradiction,
    persona,
    question,
)
from lib.segments.motion import Persona
from lib.segments.reading import Segments, parse
from lib.segments.refusal import SegmentsError

__all__ = [
    "ANSWERS",
    "LADDER",
    "OUTCOMES",
    "PERSONAS",
    "SELLERS",
    "UNKNOWN",
    "IdealCustomer",
    "Maturity",
    "Persona",
    "PipelineGroup",
    "Segments",
    "SegmentsError",
    "Stage",
    "contradiction",
    "parse",
    "persona",
    "pipeline",
    "question",
    "weighted",
]
