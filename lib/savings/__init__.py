"""What a prospect of the control plane would save, whether that pays our price, and what was delivered of such savings.

The rate of saving is a belief, by the quality of service asked for, and always a range; the arithmetic on it is exact.
Read `spend` for what comes in, `projection` for what goes out, `delivered` for what was measured.
"""

from lib.savings.beliefs import Anchor, Facts, Sentence, Target, Targets, parse_facts, parse_targets
from lib.savings.delivered import (
    ABOVE,
    BELOW,
    STANDINGS,
    UNMEASURED,
    WITHIN,
    Delivery,
    Measurement,
    Spread,
    held_against,
    spread,
)
from lib.savings.fit import OUTSIDE, Threshold, inside
from lib.savings.projection import (
    HIGH_ONLY,
    NEVER,
    NO,
    NO_GAIN_SHARE,
    NOT_SET,
    PAYS,
    YES,
    Ask,
    End,
    GainShare,
    Projection,
    project,
)
from lib.savings.spend import Limits, Part, Provider, SavingsError, Spend, as_told, of_mix, of_tokens, within

__all__ = [
    "ABOVE",
    "BELOW",
    "HIGH_ONLY",
    "NEVER",
    "NO",
    "NOT_SET",
    "NO_GAIN_SHARE",
    "OUTSIDE",
    "PAYS",
    "STANDINGS",
    "UNMEASURED",
    "WITHIN",
    "YES",
    "Anchor",
    "Ask",
    "Delivery",
    "End",
    "Facts",
    "GainShare",
    "Limits",
    "Measurement",
    "Part",
    "Projection",
    "Provider",
    "SavingsError",
    "Sentence",
    "Spend",
    "Spread",
    "Target",
    "Targets",
    "Threshold",
    "as_told",
    "held_against",
    "inside",
    "of_mix",
    "of_tokens",
    "parse_facts",
    "parse_targets",
    "project",
    "spread",
    "within",
]
