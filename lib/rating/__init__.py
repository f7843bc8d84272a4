"""What usage costs: one price, one allowance and one period's usage make one charge that explains itself.

The order is fixed (rule C6) and declared once, in `pipeline`: units converted and rounded, allowance off, priced in
bands, then the modifiers, then one rounding at the line. Read `charge` for the nouns, `bands` for the arithmetic.
"""

from lib.rating.charge import BandCharge, Charge, EventCharge, RatingError, Step
from lib.rating.credits import above_limit, discounted, draw, true_up
from lib.rating.periods import due, rate_windows, rerated
from lib.rating.pipeline import rate, unset
from lib.rating.sharing import Shares, shared

__all__ = [
    "BandCharge",
    "Charge",
    "EventCharge",
    "RatingError",
    "Shares",
    "Step",
    "above_limit",
    "discounted",
    "draw",
    "due",
    "rate",
    "rate_windows",
    "rerated",
    "shared",
    "true_up",
    "unset",
]
