"""The listing: the decisions before it, the rows to type, what is left of them, and what announcing a change takes."""

from lib.ui.views.listing.announced import announcement, asked
from lib.ui.views.listing.answer import ASSUMPTIONS, finding, register, show
from lib.ui.views.listing.rows import left, rows
from lib.ui.views.listing.take import files, tables

__all__ = ["ASSUMPTIONS", "announcement", "asked", "files", "finding", "left", "register", "rows", "show", "tables"]
