"""What one month costs on each plan, term and rail, line by line, and where it ends."""

from lib.ui.views.overage.answer import finding, show, unused
from lib.ui.views.overage.bills import listing
from lib.ui.views.overage.contract import invoices
from lib.ui.views.overage.inputs import OWN, asked, asked_month, asked_rail, typed
from lib.ui.views.overage.month import listing as projection
from lib.ui.views.overage.panels import look_closer
from lib.ui.views.overage.question import Question, Reads
from lib.ui.views.overage.why import all_parts

ASSUMPTIONS = (
    "The base fee is a month's share of the list price: a twelfth of an annual price, rounded to the cent.",
    "The allowance comes off first, then the bands; what the papers leave open stands under Both readings, with what "
    "each other reading is worth.",
    "Each line is rounded once, half away from zero; a total is the sum of its rounded lines.",
    "Volume bands are known for words only; every other dimension has one open band.",
    "A month that is not over ends where earlier months of the same customer say; with fewer than three of them the "
    "pace so far goes on, in the range of all customers. Seats stay at the largest number so far.",
)

__all__ = [
    "ASSUMPTIONS",
    "OWN",
    "Question",
    "Reads",
    "all_parts",
    "asked",
    "asked_month",
    "asked_rail",
    "finding",
    "invoices",
    "listing",
    "look_closer",
    "projection",
    "show",
    "typed",
    "unused",
]
