"""A workbook read back with nothing but the standard library: what a spreadsheet would show, cell by cell."""

import io
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

_SPACE = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def cells(content: bytes, number: int) -> list[tuple[str, str | None]]:
    """The cells of one worksheet, counted from 1: reference and value, text looked up; empty ones are not there."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        shared = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
        words = ["".join(part.itertext()) for part in shared.findall("m:si", _SPACE)]
        sheet = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
    found = []
    for cell in sheet.iter(f"{{{_SPACE['m']}}}c"):
        value = cell.findtext("m:v", namespaces=_SPACE)
        found.append((cell.get("r", ""), words[int(value or 0)] if cell.get("t") == "s" else value))
    return found


def sheets(content: bytes) -> dict[str, list[tuple[str | None, ...]]]:
    """Every worksheet by name, in order: its rows, each with the cells that hold something, from the left."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    names = [sheet.get("name", "") for sheet in book.iter(f"{{{_SPACE['m']}}}sheet")]
    return {name: _rows(cells(content, number)) for number, name in enumerate(names, start=1)}


def _rows(found: list[tuple[str, str | None]]) -> list[tuple[str | None, ...]]:
    rows: dict[str, list[str | None]] = {}
    for reference, value in found:
        rows.setdefault(reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), []).append(value)
    return [tuple(row) for row in rows.values()]


def column(content: bytes, sheet: str, header: str) -> list[Decimal]:
    """The numbers below one header of one worksheet; an empty cell is none of them."""
    found = cells(content, 1 + list(sheets(content)).index(sheet))
    letters = next(reference.rstrip("1") for reference, value in found if value == header and reference.endswith("1"))
    below = [value for reference, value in found if reference.rstrip("0123456789") == letters and value != header]
    return [Decimal(value) for value in below if value is not None]
