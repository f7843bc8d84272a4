"""How money moves: which rail a customer may use, what each rail keeps, and how long a change of price takes on it.

The boundary runs through an AWS account, not through a kind of customer: this room reads four raw facts and never a
persona. Rails, notices and fees are dated rows of `data/rails.toml`, each with its source; another rail is a block
there.
"""

from lib.rails.choice import ASK, RailChoice, choose
from lib.rails.compare import same_cost, take_rate
from lib.rails.fees import OFFERS, Fee, FeeLine, FeePart, Sale, absorbed, fee, public_rate
from lib.rails.rail import (
    ANSWERS,
    CHANGES,
    FACT_WORDS,
    Backlog,
    Changing,
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
from lib.rails.reading import parse

__all__ = [
    "ANSWERS",
    "ASK",
    "CHANGES",
    "FACT_WORDS",
    "OFFERS",
    "Backlog",
    "Changing",
    "Facts",
    "Fee",
    "FeeLine",
    "FeePart",
    "FeeRow",
    "Metering",
    "Notice",
    "Offering",
    "Rail",
    "RailChoice",
    "Rails",
    "RailsError",
    "Sale",
    "absorbed",
    "choose",
    "fee",
    "paid_out_on",
    "parse",
    "public_rate",
    "reaches_existing_on",
    "same_cost",
    "take_rate",
]
