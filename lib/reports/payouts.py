"""What the rails kept and paid out against what we expect: classes, differences, ageing, and payouts to come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from lib.desk import Payouts
from lib.manifest import Manifest
from lib.money import total
from lib.payouts import CLASSES, MATCHED, TIMING, Coming, PayoutLine, Right, sums
from lib.periods import month_of
from lib.refusal import Refusal
from lib.reports.text import Document, dollars, money, table

MOST_LINES, REASON = 20, 90  # what a table shows; the JSON document holds every line and every word


class PayoutsError(Refusal):
    """A month that no rail has a line of; the message names those on record."""


def reconciled(manifest: Manifest, found: Payouts, rights: Sequence[Right], month: date | None = None) -> Document:
    """Every line of a month, or of all, in its class; ageing and payouts to come are of everything undisbursed."""
    lines = found.lines if month is None else of_month(found.lines, month)
    return {
        "manifest": manifest.as_dict(),
        "as_of": found.as_of.isoformat(),
        "month": month and f"{month:%Y-%m}",
        "left_out": {rail: list(feeds) for rail, feeds in found.missing.items()},
        "gaps": list(found.gaps),
        "beside_sales": [
            {"rail": one.rail, "kind": one.kind, "amount_usd": money(one.amount), "lines": one.lines}
            for one in found.aside
        ],
        "classes": [row for rail in found.rails for row in _classes(rail, lines)],
        "lines": [_line(line) for line in sorted(lines, key=_weight) if line.verdict != MATCHED],
        "ageing": [
            {"rail": age.rail, "days_past_due": age.bucket, "net_usd": money(age.net), "lines": age.lines}
            for age in found.ages
        ],
        "payouts": {
            "undisbursed_usd": money(found.undisbursed),
            "overdue_usd": money(found.overdue),
            "expected_usd": money(found.expected),
            "within_days": found.forecast_days,
            "days": [_coming(one) for one in found.coming],
        },
        "rights": _rights(rights),
    }


def of_month(lines: Iterable[PayoutLine], month: date) -> list[PayoutLine]:
    """The lines of one month; a month nobody has a line of is refused with those that are on record."""
    every = list(lines)
    found = [line for line in every if month_of(line.on) == month]
    if not found:
        months = sorted({month_of(line.on) for line in every})
        held = f"lines are on record from {months[0]:%Y-%m} to {months[-1]:%Y-%m}" if months else "no rail has a line"
        raise PayoutsError(f"no rail and no book of ours has a line of {month:%Y-%m}; {held}")
    return found


def reconciled_table(report: Mapping[str, Any]) -> str:
    """The same for people: the classes of every rail, the largest differences, how old money is, what is to come."""
    parts = [_class_table(report), _line_table(report["lines"]), _ages(report["ageing"]), _payouts(report["payouts"])]
    left_out = [f"{rail} is left out: {_lacking(feeds)}" for rail, feeds in report["left_out"].items()]
    gaps = [f"not reconciled: {gap}" for gap in report["gaps"]]
    beside = _beside(report["beside_sales"])
    return "\n\n".join([*parts, *beside, *_right_words(report["rights"]), *left_out, *gaps])


def _beside(moved: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a rail moved beside its sales, in a sentence each."""
    return [f"{one['rail']}: {dollars(one['amount_usd'])} of {one['kind']} is in no line above" for one in moved]


def _lacking(feeds: Sequence[str]) -> str:
    if not feeds:
        return "data/billing.toml, [payouts.needs], names no feeds of it"
    return f"nothing is on record of {', '.join(feeds)}"


def _classes(rail: str, lines: Iterable[PayoutLine]) -> list[Document]:
    return [
        {
            "rail": rail,
            "class": one.verdict,
            "lines": one.lines,
            "expected_gross_usd": money(one.expected_gross),
            "stated_gross_usd": money(one.stated_gross),
            "expected_fee_usd": money(one.expected_fee),
            "stated_fee_usd": money(one.stated_fee),
        }
        for one in sums(line for line in lines if line.rail == rail)
    ]


def _weight(line: PayoutLine) -> tuple[bool, Decimal, str]:
    """What is only a matter of days comes last, of the rest the largest difference first."""
    return line.verdict == TIMING, -abs(line.net_difference), line.reference


def _line(line: PayoutLine) -> Document:
    return {
        "rail": line.rail,
        "reference": line.reference,
        "customer_id": line.customer_id,
        "on": line.on.isoformat(),
        "class": line.verdict,
        "expected_gross_usd": _known(line.expected_gross),
        "stated_gross_usd": _known(line.stated_gross),
        "expected_fee_usd": _known(line.expected_fee),
        "stated_fee_usd": _known(line.stated_fee),
        "gross_difference_usd": money(line.gross_difference),
        "fee_difference_usd": money(line.fee_difference),
        "due_on": line.due_on.isoformat(),
        "undisbursed_usd": money(line.undisbursed),
        "paid_on": line.paid_on and line.paid_on.isoformat(),
        "reason": line.reason,
    }


def _known(amount: Decimal | None) -> str | None:
    return None if amount is None else money(amount)


def _coming(one: Coming) -> Document:
    return {
        "rail": one.rail,
        "on": one.on.isoformat() if one.on else "overdue",
        "net_usd": money(one.net),
        "lines": one.lines,
    }


def _rights(rights: Sequence[Right]) -> Document:
    counts = Counter((right.kind, right.verdict) for right in rights)
    return {
        "month": f"{rights[0].month:%Y-%m}" if rights else None,
        "classes": [
            {"kind": kind, "class": verdict, "lines": counts[kind, verdict]}
            for kind in sorted({right.kind for right in rights})
            for verdict in CLASSES
            if counts[kind, verdict]
        ],
        "lines": [_right(right) for right in rights if right.verdict != MATCHED],
    }


def _right(right: Right) -> Document:
    return {
        "kind": right.kind,
        "rail": right.rail,
        "customer_id": right.customer_id,
        "contract_id": right.contract_id,
        "item": right.item,
        "class": right.verdict,
        "ours": right.ours and str(right.ours),
        "theirs": right.theirs and str(right.theirs),
        "reason": right.reason,
    }


def _class_table(report: Mapping[str, Any]) -> str:
    amounts = ("expected_gross_usd", "stated_gross_usd", "expected_fee_usd", "stated_fee_usd")
    rows = list(report["classes"])
    sums_of = {name: money(total(Decimal(row[name]) for row in rows)) for name in amounts}
    last = {"rail": "", "class": "all", "lines": sum(row["lines"] for row in rows), **sums_of}
    of = f"lines of {report['month']}" if report["month"] else "every line on record"
    return f"{of}, as of {report['as_of']}\n{table(('rail', 'class', 'lines', *amounts), [*rows, last])}"


def _line_table(lines: Sequence[Mapping[str, Any]]) -> str:
    """The largest differences; what differs by days alone is counted, and stands in the JSON document."""
    differing = [line for line in lines if line["class"] != TIMING]
    if not differing:
        return "no amount and no fee differs, and no line is missing on either side"
    rows = [{**line, "reason": _short(line["reason"])} for line in differing[:MOST_LINES]]
    columns = (
        "rail",
        "reference",
        "customer_id",
        "on",
        "class",
        "gross_difference_usd",
        "fee_difference_usd",
        "reason",
    )
    more = len(differing) - len(rows)
    told = f"\n… and {more:,} smaller differences: --json has every one" if more else ""
    return f"{table(columns, rows)}{told}"


def _short(words: str) -> str:
    return words if len(words) <= REASON else f"{words[: REASON - 1]}…"


def _ages(ageing: Sequence[Mapping[str, Any]]) -> str:
    return f"not paid out yet, by days past due\n{table(('rail', 'days_past_due', 'net_usd', 'lines'), ageing)}"


def _payouts(payouts: Mapping[str, Any]) -> str:
    held, expected, overdue = (dollars(payouts[f"{name}_usd"]) for name in ("undisbursed", "expected", "overdue"))
    within = f"within {payouts['within_days']} days, each line on its due day"
    return f"{held} is not paid out: {expected} should arrive {within}, and {overdue} is overdue"


def _right_words(rights: Mapping[str, Any]) -> list[str]:
    """What the meter and the entitlements come to, in a line each."""
    if not rights["classes"]:
        return []
    kinds = list(dict.fromkeys(row["kind"] for row in rights["classes"]))
    counted = [
        f"{kind}, {rights['month']}: "
        + ", ".join(f"{row['lines']:,} {row['class']}" for row in rights["classes"] if row["kind"] == kind)
        for kind in kinds
    ]
    return ["\n".join(["against the meter and the rail's entitlements", *counted])]
