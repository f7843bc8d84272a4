"""What leaves the desk: tables as CSV, a page's result as a workbook, a price change as a memo of one page,
its days as a calendar, and papers for somebody outside.

A file says what it is of: it carries its manifest, the hash is in its name, and nothing in it comes from the clock, so
the same result is the same file.
"""

from lib.exports.calendar import Event, calendar
from lib.exports.memo import Affected, Bar, Figure, Group, Guard, Memo, memo
from lib.exports.refusal import ExportError
from lib.exports.sheet import Part, Sheet, sheet
from lib.exports.tables import Total, csv, file_name, workbook

__all__ = [
    "Affected",
    "Bar",
    "Event",
    "ExportError",
    "Figure",
    "Group",
    "Guard",
    "Memo",
    "Part",
    "Sheet",
    "Total",
    "calendar",
    "csv",
    "file_name",
    "memo",
    "sheet",
    "workbook",
]
