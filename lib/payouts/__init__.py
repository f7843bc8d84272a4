"""What each rail took in, kept and paid out, held against what we expect: every line in exactly one class.

line       one reference on either side, and the two side by side
classing   the six classes: matched, timing, fee differs, amount differs, missing here, missing there
keeping    the fee we expect of what was sold, and which other reading of the schedule makes the fee that was kept
ageing     money that is not paid out yet, by how long it is past due
outlook    when the rest should arrive, and what that assumes
rights     what the meter was told and what buyers are entitled to, in the same six classes
"""

from lib.payouts.ageing import Age, Buckets, ageing
from lib.payouts.apart import charged_apart
from lib.payouts.classing import (
    AMOUNT_DIFFERS,
    CLASSES,
    FEE_DIFFERS,
    MATCHED,
    MISSING_HERE,
    MISSING_THERE,
    TIMING,
    Sums,
    classed,
    sums,
)
from lib.payouts.keeping import Kept, Sold, expected_fee, other_fee
from lib.payouts.line import Expected, PayoutLine, Stated
from lib.payouts.ours import Ours, Paid, Selling, ours
from lib.payouts.outlook import Coming, by_week, outlook
from lib.payouts.rights import Entitled, Right, entitlements, metered

__all__ = [
    "AMOUNT_DIFFERS",
    "CLASSES",
    "FEE_DIFFERS",
    "MATCHED",
    "MISSING_HERE",
    "MISSING_THERE",
    "TIMING",
    "Age",
    "Buckets",
    "Coming",
    "Entitled",
    "Expected",
    "Kept",
    "Ours",
    "Paid",
    "PayoutLine",
    "Right",
    "Selling",
    "Sold",
    "Stated",
    "Sums",
    "ageing",
    "by_week",
    "charged_apart",
    "classed",
    "entitlements",
    "expected_fee",
    "metered",
    "other_fee",
    "ours",
    "outlook",
    "sums",
]
