"""What sales says and does with customers it has, and what of it is proven: data/playbook.toml, held against evidence.

Read `pages` for what the playbook holds, then `evidence` for what proves it and `expansion` for what comes next.
"""

from lib.playbook.evidence import ABOVE, AT_LEAST, AT_MOST, BELOW, MEASURES, Evidence, Measure
from lib.playbook.expansion import Account, lever, next_step, standing_step
from lib.playbook.pages import (
    CLAIMED,
    MEASURED,
    NOT_MEASURED,
    NOT_SET,
    ON_DESK,
    PLANNED,
    Asset,
    Benchmark,
    Expansion,
    Feature,
    Lever,
    Objection,
    Pitch,
    Playbook,
    PlaybookError,
)
from lib.playbook.reading import parse

__all__ = [
    "ABOVE",
    "AT_LEAST",
    "AT_MOST",
    "BELOW",
    "CLAIMED",
    "MEASURED",
    "MEASURES",
    "NOT_MEASURED",
    "NOT_SET",
    "ON_DESK",
    "PLANNED",
    "Account",
    "Asset",
    "Benchmark",
    "Evidence",
    "Expansion",
    "Feature",
    "Lever",
    "Measure",
    "Objection",
    "Pitch",
    "Playbook",
    "PlaybookError",
    "lever",
    "next_step",
    "parse",
    "standing_step",
]
