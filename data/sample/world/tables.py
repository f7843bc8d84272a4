"""Write one CSV file: UTF-8, LF, a header line; amounts as plain text."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a header and rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def dollars(cents: int) -> str:
    """Write cents as dollars."""
    sign, amount = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{amount // 100}.{amount % 100:02d}"


def units(hundredths: int) -> str:
    """Write hundredths of a unit as plain decimal text."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}" if rest else str(whole)


def minute(day: date | None, clock: str = "00:00") -> str:
    """Write a dashboard's time stamp; nothing for no day."""
    return f"{day.isoformat()} {clock}" if day else ""


def instant(day: date | None, clock: str = "00:00:00") -> str:
    """Write an ISO instant in UTC; nothing for no day."""
    return f"{day.isoformat()}T{clock}Z" if day else ""
