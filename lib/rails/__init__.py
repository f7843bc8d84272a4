"""How money moves: which rail a customer may use, what each rail keeps, and how long a change of price takes on it.

The boundary runs through an AWS account, not through a kind of customer: this room reads four raw facts and never a
persona. Rails, notices and fees are dated rows of `data/rails.toml`, each with its source; another rail is a block
there. A rail that is only declared, its fees not set, is read apart and offered to nobody. What follows from the
schedules is here too: the price at which two rails cost the same, what a move between them is worth, the price that
leaves us whole, and what a purchase may retire of the buyer's own commitment.
"""

from lib.rails.choice import ASK, RailChoice, choose
from lib.rails.commitment import Commits, Purchase, Retired, Retiring, retiring
from lib.rails.compare import same_cost, take_rate
from lib.rails.fees import OFFERS, Fee, FeeLine, FeePart, Sale, absorbed, fee, public_rate
from lib.rails.moving import Charge, Move, evenly, move
from lib.rails.rail import (
    ANSWERS,
    CHANGES,
    FACT_WORDS,
    NOT_SET,
    STANDINGS,
    Backlog,
    Changing,
    Commitment,
    Declared,
    Facts,
    FeeRow,
    Metering,
    Notice,
    Offering,
    Rail,
    Rails,
    RailsError,
    paid_out_on,
    reaches_existing_on,
)
from lib.rails.reading import declared, parse
from lib.rails.terms import PRIVATE, PUBLIC, Terms
from lib.rails.whole import raised_by, whole_at

__all__ = [
    "ANSWERS",
    "ASK",
    "CHANGES",
    "FACT_WORDS",
    "NOT_SET",
    "OFFERS",
    "PRIVATE",
    "PUBLIC",
    "STANDINGS",
    "Backlog",
    "Changing",
    "Charge",
    "Commitment",
    "Commits",
    "Declared",
    "Facts",
    "Fee",
    "FeeLine",
    "FeePart",
    "FeeRow",
    "Metering",
    "Move",
    "Notice",
    "Offering",
    "Purchase",
    "Rail",
    "RailChoice",
    "Rails",
    "RailsError",
    "Retired",
    "Retiring",
    "Sale",
    "Terms",
    "absorbed",
    "choose",
    "declared",
    "evenly",
    "fee",
    "move",
    "paid_out_on",
    "parse",
    "public_rate",
    "raised_by",
    "reaches_existing_on",
    "retiring",
    "same_cost",
    "take_rate",
    "whole_at",
]
