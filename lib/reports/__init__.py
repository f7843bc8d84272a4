"""Results as the command line hands them out: JSON documents that open with their manifest, and plain tables.

Money leaves as decimal strings, so that no reader's floats can change a cent.
"""

from lib.reports.acknowledged import accepted, accepted_table
from lib.reports.answers import (
    accounting,
    accounting_table,
    pulled,
    pulled_table,
    rating,
    rating_table,
)
from lib.reports.check import FORMATS, check, checked
from lib.reports.closing import (
    BOOK_FORMATS,
    JOURNAL,
    LEDGER,
    books,
    books_file,
    books_table,
    closings,
    closings_table,
)
from lib.reports.decided import decisions, decisions_table
from lib.reports.forecast import forecast, forecast_table
from lib.reports.listing import FORMS, KIND_NAMES, Listed, announced_days, calendar, listed, listing, unlike_table
from lib.reports.payouts import reconciled, reconciled_table
from lib.reports.responses import responses_table
from lib.reports.search import searched, searched_table
from lib.reports.simulation import simulation, simulation_table

__all__ = [
    "BOOK_FORMATS",
    "FORMATS",
    "FORMS",
    "JOURNAL",
    "KIND_NAMES",
    "LEDGER",
    "Listed",
    "accepted",
    "accepted_table",
    "accounting",
    "accounting_table",
    "announced_days",
    "books",
    "books_file",
    "books_table",
    "calendar",
    "check",
    "checked",
    "closings",
    "closings_table",
    "decisions",
    "decisions_table",
    "forecast",
    "forecast_table",
    "listed",
    "listing",
    "pulled",
    "pulled_table",
    "rating",
    "rating_table",
    "reconciled",
    "reconciled_table",
    "responses_table",
    "searched",
    "searched_table",
    "simulation",
    "simulation_table",
    "unlike_table",
]
