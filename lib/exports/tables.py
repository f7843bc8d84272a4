"""Tables that leave the desk: one as CSV, a page's as a workbook whose first sheet is its manifest."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pandas as pd
import xlsxwriter

from lib.exports.refusal import ExportError

MOST_ROWS = 1_048_575
MOST_DIGITS = 15
_WIDEST = 48
# The finest price a rail can hold has twelve decimals (Stripe); what has more is a quotient, told to six.
MOST_DECIMALS, QUOTIENT_DECIMALS = 12, 6
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FORMATS = {
    "_usd": "#,##0.00;[Color53]-#,##0.00",
    "_rate": "0.00%",
    "_quantity": "#,##0.######",
    "_on": "yyyy-mm-dd",
    "_month": "mmm yyyy",
    "month": "mmm yyyy",
}


@dataclass(frozen=True)
class Total:
    """One line of a workbook's summary: what it is, its value, and its unit as a column would end in it.

    `unit` is usd, rate, quantity, on or month; without one the value is written as it is.
    """

    label: str
    value: Decimal | int | float | date | str | None
    unit: str = ""


def csv(frame: pd.DataFrame) -> bytes:
    """A table → UTF-8 CSV with exact decimals, quotients to six; text that a spreadsheet would run is made plain."""
    plain = pd.DataFrame({column: [_cell(value) for value in frame[column]] for column in frame.columns})
    return plain.to_csv(index=False, lineterminator="\n").encode()


def workbook(
    sheets: Mapping[str, pd.DataFrame], manifest: Mapping[str, Any], as_of: date, totals: Sequence[Total] = ()
) -> bytes:
    """Tables and the manifest they came with → one Excel workbook: the manifest, totals where given, the tables."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Pricing Desk", "created": datetime.combine(as_of, time())})
    _write_manifest(book, manifest)
    if totals:
        _write_totals(book, totals)
    for name, frame in sheets.items():
        _write_table(book, name, frame)
    book.close()
    return stream.getvalue()


def file_name(page: str, what: str, as_of: date, fingerprint: str, suffix: str) -> str:
    """Parts → a file name that says which result this is: segments-customers-2026-10-31-a1b2c3.csv."""
    return f"{page}-{what}-{as_of:%Y-%m-%d}-{fingerprint}.{suffix}".replace("_", "-")


def _cell(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(_shortened(value), "f")
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value


def _write_manifest(book: xlsxwriter.Workbook, manifest: Mapping[str, Any]) -> None:
    sheet = book.add_worksheet("Manifest")
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 90)
    for row, (key, value) in enumerate(_flat(manifest)):
        sheet.write_string(row, 0, key, bold)
        sheet.write_string(row, 1, str(value))


def _write_totals(book: xlsxwriter.Workbook, totals: Sequence[Total]) -> None:
    sheet = book.add_worksheet("Summary")
    sheet.set_column(0, 0, min(_WIDEST, max(len(total.label) for total in totals) + 4))
    sheet.set_column(1, 1, 24)
    bold = book.add_format({"bold": True})
    for row, total in enumerate(totals):
        sheet.write_string(row, 0, total.label, bold)
        style = _style(f"_{total.unit}", pd.Series([total.value], dtype=object))
        _write_cell(sheet, row, 1, total.value, book.add_format(style))


def _flat(document: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in document.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(f"{prefix}{key}", value)]
    return pairs


def _write_table(book: xlsxwriter.Workbook, name: str, frame: pd.DataFrame) -> None:
    if len(frame) > MOST_ROWS:
        raise ExportError(f"{name} has {len(frame):,} rows and a worksheet holds {MOST_ROWS:,}; download it as CSV")
    sheet = book.add_worksheet(_sheet_name(name))
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True, "bottom": 1})
    for place, column in enumerate(frame.columns):
        sheet.write_string(0, place, str(column), bold)
        style = book.add_format(_style(str(column), frame[column]))
        sheet.set_column(place, place, _width(str(column), frame[column]))
        for row, value in enumerate(frame[column], start=1):
            _write_cell(sheet, row, place, value, style)
    sheet.autofilter(0, 0, len(frame), max(len(frame.columns) - 1, 0))


_UNIT_PRICE = "#,##0.00##########"  # every decimal it has, and cents at least


def _shortened(number: Decimal) -> Decimal:
    """Nothing we sell or meter has more than twelve decimals: what has more is a quotient, and need not end."""
    return round(number, QUOTIENT_DECIMALS) if _decimals(number) > MOST_DECIMALS else number


def _write_cell(sheet: Any, row: int, place: int, value: Any, style: Any) -> None:
    if value is None or (not isinstance(value, str) and pd.isna(value)):
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value, style)
    elif isinstance(value, date):
        sheet.write_datetime(row, place, datetime.combine(value, time()), style)
    elif isinstance(value, Decimal | int | float):
        _write_number(sheet, row, place, value, style)
    else:
        sheet.write_string(row, place, str(value), style)


def _write_number(sheet: Any, row: int, place: int, value: Decimal | int | float, style: Any) -> None:
    """A spreadsheet holds fifteen digits; what is longer is written as text, never rounded to them."""
    number = _shortened(value) if isinstance(value, Decimal) else value
    if isinstance(number, Decimal) and len(number.normalize().as_tuple().digits) > MOST_DIGITS:
        sheet.write_string(row, place, format(number, "f"), style)
    else:
        sheet.write_number(row, place, number, style)


def _style(column: str, values: "pd.Series[Any]") -> dict[str, str]:
    ending = next((ending for ending in _FORMATS if column.endswith(ending)), None)
    if ending is None:
        return {}
    is_unit_price = ending == "_usd" and any(2 < _decimals(value) <= MOST_DECIMALS for value in values)
    return {"num_format": _UNIT_PRICE if is_unit_price else _FORMATS[ending]}


def _decimals(value: Any) -> int:
    exponent = value.normalize().as_tuple().exponent if isinstance(value, Decimal) else 0
    return -exponent if isinstance(exponent, int) else 0


def _width(column: str, values: "pd.Series[Any]") -> int:
    return min(_WIDEST, max([len(column) + 4, *(len(str(value)) + 2 for value in values.head(200))]))


def _sheet_name(name: str) -> str:
    return "".join(letter for letter in name if letter not in "[]:*?/\\")[:31] or "Table"
