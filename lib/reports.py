"""Results as the command line hands them out: JSON documents that open with their manifest, and plain tables.

Money leaves as decimal strings, so that no reader's floats can change a cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from lib import promises, surfaces
from lib.catalog.allowance import Allowance
from lib.catalog.book import Book
from lib.claims.acknowledged import ACKNOWLEDGES
from lib.claims.finding import ACKNOWLEDGED, NONE, NOTE, RED, WARNING
from lib.desk import Desk, Simulation
from lib.manifest import Manifest
from lib.money import round_line, text, total
from lib.outcome import CustomerChange, Outcome, RatedUsage, UsageRow, group_of, rate_usage
from lib.reconciliation import Reproduction

Document = dict[str, object]
SEVERITIES = (RED, WARNING, NOTE, ACKNOWLEDGED, NONE)
TABLE_WORDS = 48  # what a table row tells of a finding; the JSON document holds every word
NOTHING_CHANGES = "nothing changes"
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
        "no line has a price" if without == len(lines) else f"{_dollars(str(report['total_usd']))} above the allowances"
    )
    counted = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
    total_line = f"{counted} on {report['plan']}: {told}{priceless if without < len(lines) else ''}"
    return f"{table(columns, lines)}\n{total_line}"


def simulation(result: Simulation, reproduced: Reproduction) -> Document:
    """A simulation → the document of DESIGN; everyone is reached at once and no response is switched on yet.

    `parity` says how much of what was invoiced the same rules reproduce: without that no result is worth reading.
    """
    return {
        "manifest": result.manifest.as_dict(),
        "window": {"from": result.window[0].isoformat(), "until": result.window[1].isoformat()},
        "changes": [
            {"path": change.path, "was": _value(change.was), "becomes": _value(change.becomes)}
            for change in result.changes
        ],
        "warnings": list(result.warnings),
        "incomplete": [state.absence for state in result.incomplete],
        "parity": {**asdict(reproduced), "words": reproduced.words},
        "baseline": _side(result.baseline),
        "proposed": _side(result.proposed),
        "delta": {"revenue_usd": money(result.delta)},
        "reach": {"everyone_at_once_usd": money(result.delta)},
        "responses": {},
        "groups": result.groups,
        "customers": [_change(change) for change in result.customers],
        "guardrails": [],
    }


def _side(side: Outcome) -> Document:
    return {"revenue_usd": money(side.revenue), "lines_without_price": len(side.unpriced)}


def _change(change: CustomerChange) -> Document:
    return {
        "customer_id": change.customer_id,
        "baseline_usd": money(change.baseline),
        "proposed_usd": money(change.proposed),
        "delta_usd": money(change.delta),
        "group": group_of(change),
    }


def simulation_table(report: Mapping[str, Any]) -> str:
    """A simulation report → what changes, who is in which group, the static effect, and what it was made from."""
    changes, groups, window, manifest = (report[key] for key in ("changes", "groups", "window", "manifest"))
    was, becomes = (report[side]["revenue_usd"] for side in ("baseline", "proposed"))
    share = f" ({_percent(Decimal(report['delta']['revenue_usd']) / Decimal(was))})" if Decimal(was) else ""
    parts = [
        table(("path", "was", "becomes"), [_change_words(change) for change in changes])
        if changes
        else NOTHING_CHANGES,
        table(("group", "customers"), [{"group": group, "customers": count} for group, count in groups.items()]),
        "\n".join(
            [
                *[f"Incomplete: {absence}" for absence in report["incomplete"]],
                *[f"Warning: {warning}" for warning in report["warnings"]],
                f"parity: {report['parity']['words']}",
                f"usage months {window['from']} up to {window['until']}, everybody reached at once, nobody reacts",
                f"baseline {_dollars(was)}, at today's prices throughout; proposed {_dollars(becomes)}",
                f"static effect {_dollars(report['delta']['revenue_usd'])}{share}",
                f"book {manifest['book']}, as of {manifest['as_of']}, fingerprint {manifest['fingerprint']}",
            ]
        ),
    ]
    return "\n\n".join(parts)


def check(desk: Desk) -> Document:
    """Every finding of the desk → one document; `python -m lib check` exits 1 while a published claim is false."""
    return {
        "manifest": desk.manifest().as_dict(),
        "findings": [promises.as_dict(finding) for finding in desk.findings],
    }


def check_table(report: Mapping[str, object]) -> str:
    """A check report → one row per finding, the false published claims first."""
    findings = report["findings"]
    assert isinstance(findings, list)
    ordered = sorted(findings, key=lambda finding: SEVERITIES.index(finding["severity"]))
    rows = [{**finding, **{key: _told(finding, key) for key in ("promised", "delivered")}} for finding in ordered]
    false = sum(finding["severity"] == RED for finding in findings)
    accepted = [
        f"{one['claim']}: {said}" for one in ordered for said in one["evidence"] if said.startswith(ACKNOWLEDGES)
    ]
    counted = "no published claim is false" if not false else f"{false} published claim(s) false, so this exits 1"
    return "\n".join([table(("severity", "claim", "verdict", "promised", "delivered"), rows), *accepted, counted])


def _told(finding: Mapping[str, Any], key: str) -> str:
    words = f"{finding[key]} {finding['unit']}".strip()
    return words if len(words) <= TABLE_WORDS else f"{words[: TABLE_WORDS - 1]}…"


def listing(desk: Desk, form: str) -> str:
    """The listing as csv, md or json."""
    return surfaces.render(desk.listing, form, desk.manifest().as_dict())


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


def _dollars(amount: str) -> str:
    """An amount as text → $5,451,797.64, or -$0.30."""
    number = Decimal(amount)
    return f"{'-' if number < 0 else ''}${abs(number):,f}"


def _percent(rate: Decimal) -> str:
    """A signed share; what rounds to nothing has no sign."""
    shown = f"{rate:+.2%}"
    return "0.00%" if shown.strip("+-") == "0.00%" else shown


def _change_words(change: Mapping[str, Any]) -> Document:
    """A change for people: bands as steps, everything else as it stands in the book."""
    return {"path": change["path"], "was": _in_words(change["was"]), "becomes": _in_words(change["becomes"])}


def _in_words(value: object) -> object:
    if not isinstance(value, list):
        return value
    return ", ".join(
        " ".join(f"{k} {v}" for k, v in one.items()) if isinstance(one, dict) else str(one) for one in value
    )


def _value(value: object) -> object:
    """A leaf of a book as JSON: numbers as decimal strings, bands as blocks of them."""
    match value:
        case Decimal():
            return text(value)
        case bool() | str() | None:
            return value
        case int():
            return str(value)
        case Mapping():
            return {key: _value(inner) for key, inner in value.items()}
        case Sequence():
            return [_value(inner) for inner in value]
    return str(value)
