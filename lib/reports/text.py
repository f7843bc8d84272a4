"""What every report is written with: aligned tables, amounts with their cents, values of a book as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from lib.money import round_line, text

Document = dict[str, object]


def table(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> str:
    """Rows → aligned plain text; numbers to the right, nothing for None."""
    cells = [list(columns)] + [["" if row[key] is None else str(row[key]) for key in columns] for row in rows]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    return "\n".join(_aligned(line, widths) for line in cells)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell.rjust(w) if _is_number(cell) else cell.ljust(w) for cell, w in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _is_number(cell: str) -> bool:
    return cell.lstrip("-").replace(".", "", 1).replace(",", "").isdigit()


def money(amount: Decimal) -> str:
    """An amount of rounded lines as text, always with its cents."""
    return text(round_line(amount))


def dollars(amount: str) -> str:
    """An amount as text → $5,451,797.64, or -$0.30."""
    number = Decimal(amount)
    return f"{'-' if number < 0 else ''}${abs(number):,f}"


def about(amount: str) -> str:
    """An estimate as text → two digits of it: $27,000, or -$1,400."""
    size = abs(Decimal(amount))
    step = Decimal(1).scaleb(max(size.adjusted() - 1, 0)) if size else Decimal(1)
    rounded = (size / step).to_integral_value(ROUND_HALF_UP) * step
    return dollars(f"{rounded.copy_sign(Decimal(amount)) if rounded else rounded:f}")


def percent(rate: Decimal) -> str:
    """A signed share; what rounds to nothing has no sign."""
    shown = f"{rate:+.2%}"
    return "0.00%" if shown.strip("+-") == "0.00%" else shown


def book_value(value: object) -> object:
    """A leaf of a book as JSON: numbers as decimal strings, bands as blocks of them."""
    match value:
        case Decimal():
            return text(value)
        case bool() | str() | None:
            return value
        case int():
            return str(value)
        case Mapping():
            return {key: book_value(inner) for key, inner in value.items()}
        case Sequence():
            return [book_value(inner) for inner in value]
    return str(value)
