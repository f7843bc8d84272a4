"""What of a change has reached its customers by then, and what holds the rest: in invoiced lines, and in MRR by month.

`could` is the change with everybody reached at once, `did` what was really reached. Every difference is counted once:
what moved is repriced, what could have moved and did not belongs to the state that holds it.
"""

from lib.moved.lines import MovedLine, Parts, moved, told_apart
from lib.moved.months import MovedMonth, monthly_prices, monthly_sums, moved_month, moved_months

__all__ = [
    "MovedLine",
    "MovedMonth",
    "Parts",
    "monthly_prices",
    "monthly_sums",
    "moved",
    "moved_month",
    "moved_months",
    "told_apart",
]
