"""What pull, build and rate answer: documents that open with their manifest, and tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.manifest import Manifest
from lib.money import text, total
from lib.outcome import RatedUsage, UsageRow, rate_usage
from lib.reports.text import Document, dollars, money, table

BROUGHT = ("files", "rows", "new", "reused", "resumed")
COUNTED = ("lines_read", "header_lines", "blank_lines", "loaded", "duplicates", "rejected")


def rating(book: Book, manifest: Manifest, rail: str, plan_key: str, usage: Iterable[UsageRow]) -> Document:
    """Usage rows under one plan → every rated line and the total of the rounded lines; usage only, no base fee."""
    lines = rate_usage(book, rail, plan_key, usage)
    amounts = [line.charge.amount for line in lines if line.charge.amount is not None]
    return {
        "manifest": {**manifest.as_dict(), "readings": dict(book.settings), "rail": rail},
        "plan": plan_key,
        "lines": [_rated_line(line) for line in lines],
        "total_usd": money(total(amounts)),
    }


def _rated_line(line: RatedUsage) -> Document:
    charge = line.charge
    return {
        "customer_id": line.customer_id,
        "month": line.month.isoformat(),
        "dimension": line.dimension,
        "quantity": text(charge.quantity),
        "allowance": _allowance(charge.allowance),
        "overage": text(charge.overage),
        "amount_usd": None if charge.amount is None else money(charge.amount),
        "status": charge.status,
    }


def _allowance(allowance: Allowance) -> str | None:
    return None if allowance.kind == "not offered" else str(allowance)


def rating_table(report: Mapping[str, object]) -> str:
    """A rating report → a table for people in the order of the file, the total, and how many lines have no price."""
    lines = report["lines"]
    assert isinstance(lines, list)
    columns = ("customer_id", "month", "dimension", "quantity", "allowance", "overage", "amount_usd", "status")
    without = sum(line["amount_usd"] is None for line in lines)
    priceless = f"; without a price: {without}" if without else ""
    told = (
        "no line has a price" if without == len(lines) else f"{dollars(str(report['total_usd']))} above the allowances"
    )
    counted = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
    total_line = f"{counted} on {report['plan']}: {told}{priceless if without < len(lines) else ''}"
    return f"{table(columns, lines)}\n{total_line}"


def pulled(manifest: Mapping[str, Any], sources: Iterable[Mapping[str, Any]]) -> Document:
    """A pull → what the snapshot is, and what every source brought."""
    return {"manifest": dict(manifest), "sources": [dict(row) for row in sources]}


def pulled_table(manifest: Mapping[str, Any], sources: Iterable[Mapping[str, Any]]) -> str:
    """A pull → a table of its sources: how much came, and how much of it is new or had not to be fetched."""
    rows = [dict(row) for row in sources]
    sums = {"source": "total", "state": "", **{key: sum(row[key] for row in rows) for key in BROUGHT}}
    last = f"snapshot {manifest['snapshot_on']}: {sums['files']} files, fingerprint {manifest['fingerprint']}"
    return f"{table(('source', *BROUGHT, 'state'), [*rows, sums])}\n{last}"


def accounting(warehouse: str, feeds: Iterable[Mapping[str, Any]]) -> Document:
    """A build → its warehouse and every feed's count of lines."""
    return {"warehouse": warehouse, "feeds": [{key: row[key] for key in ("source", "feed", *COUNTED)} for row in feeds]}


def accounting_table(warehouse: str, feeds: Iterable[Mapping[str, Any]]) -> str:
    """A build → a table in which lines read = header + blank + loaded + duplicates + rejected, feed by feed."""
    told = list(feeds)
    rows = [{key: row[key] for key in ("source", "feed", *COUNTED)} for row in told if row["file_count"]]
    sums = {"source": "", "feed": "total", **{key: sum(row[key] for row in rows) for key in COUNTED}}
    away = sorted({row["source"] for row in told} - {row["source"] for row in rows})
    absent = f"\nbrought nothing: {', '.join(away)}" if away else ""
    return f"{table(('source', 'feed', *COUNTED), [*rows, sums])}{absent}\nwarehouse {warehouse}"
