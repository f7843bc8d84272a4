"""What simulate answers: the change, whom it reaches and when, how customers answer, and what breaks a guardrail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from lib import costs, guardrails
from lib.contracts import REPRICED
from lib.costs import Margin, Missing
from lib.desk import BASELINE, OUTCOMES, PROPOSED, Judgement, Simulation
from lib.guardrails import BROKEN, ClaimChanges
from lib.moved import MovedMonth, Parts
from lib.outcome import CustomerChange, Outcome, group_of
from lib.reactions import Reactions, as_document
from lib.reconciliation import Reproduction
from lib.reports.responses import responses_table
from lib.reports.text import Document, book_value, dollars, money, percent, table

NOTHING_CHANGES = "nothing changes"
_CLAIMS = {
    "made_false": "made false by this change",
    "still_false": "false today and still so, which `check` exits 1 for",
    "mended": "false today and true then",
}


def simulation(result: Simulation, reproduced: Reproduction, judged: Judgement, answered: Reactions) -> Document:
    """A simulation → the document of DESIGN: `proposed` is everybody reached at once, `reach` who was by then.

    `responses` starts at what moved and says what people make of it; with nothing on, of each nothing.
    `margin` is what each outcome leaves by month; `guardrails` holds every limit's verdict, in the order of the file.
    `parity` says how much of what was invoiced the same rules reproduce: without that no result is worth reading.
    """
    return {
        "manifest": result.manifest.as_dict(),
        "window": {
            "months": result.horizon,
            "from": result.window[0].isoformat(),
            "until": result.window[1].isoformat(),
            "takes_effect": [day.isoformat() for day in result.effective],
        },
        "changes": [
            {"path": change.path, "was": book_value(change.was), "becomes": book_value(change.becomes)}
            for change in result.changes
        ],
        "warnings": list(result.warnings),
        "incomplete": [state.absence for state in result.incomplete],
        "parity": {**asdict(reproduced), "words": reproduced.words},
        "baseline": _side(result.baseline, judged.margins[BASELINE].total),
        "proposed": _side(result.proposed, judged.margins[PROPOSED].total),
        "margin": {name: costs.as_dict(judged.margins[name], judged.dimensions[name]) for name in OUTCOMES},
        "delta": {"revenue_usd": money(result.delta)},
        "reach": _reach(result.parts, result.recurring),
        "responses": as_document(answered),
        "groups": result.groups,
        "customers": [_change(change) for change in result.customers],
        "guardrails": [guardrails.as_dict(one) for one in judged.verdicts],
        "claims": _claims(judged.claims),
    }


def _reach(parts: Parts, recurring: tuple[MovedMonth, ...]) -> Document:
    """What could move, what moved, and what holds the rest; in invoiced lines, and in MRR at every month's end."""
    return {
        "everyone_at_once_usd": money(parts.could),
        "moved_usd": money(parts.did),
        "parts_usd": _amounts(parts.by_state),
        "by_month": [
            {"month": month.isoformat(), "parts_usd": _amounts(sums)} for month, sums in parts.by_month.items()
        ],
        "mrr": [
            {
                "month": one.month.isoformat(),
                "baseline_usd": money(one.baseline),
                "moved_usd": money(one.did),
                "everyone_at_once_usd": money(one.could),
                "parts_usd": _amounts(one.by_state),
            }
            for one in recurring
        ],
    }


def _amounts(sums: Mapping[str, Decimal]) -> dict[str, str]:
    return {state: money(amount) for state, amount in sums.items()}


def _side(side: Outcome, left: Margin) -> Document:
    """A missing margin says in its place what it needs."""
    rate = left.gross_rate
    return {
        "revenue_usd": money(side.revenue),
        "gross_margin_rate": rate.words if isinstance(rate, Missing) else costs.shortened(rate),
        "lines_without_price": len(side.unpriced),
    }


def _claims(changes: ClaimChanges) -> Document:
    groups = {"made_false": changes.made_false, "still_false": changes.still_false, "mended": changes.mended}
    return {name: [{"claim": one.claim, "words": one.words} for one in found] for name, found in groups.items()}


def _change(change: CustomerChange) -> Document:
    return {
        "customer_id": change.customer_id,
        "baseline_usd": money(change.baseline),
        "proposed_usd": money(change.proposed),
        "delta_usd": money(change.delta),
        "group": group_of(change),
    }


def simulation_table(report: Mapping[str, Any]) -> str:
    """A simulation report → what changes, who is in which group, the effect, the margin, the verdicts."""
    changes, groups, window, manifest = (report[key] for key in ("changes", "groups", "window", "manifest"))
    was, becomes = (report[side]["revenue_usd"] for side in ("baseline", "proposed"))
    share = f" ({percent(Decimal(report['delta']['revenue_usd']) / Decimal(was))})" if Decimal(was) else ""
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
                f"usage months {window['from']} up to {window['until']}, nobody reacts",
                f"baseline {dollars(was)}, at today's prices throughout; proposed {dollars(becomes)}",
                f"static effect {dollars(report['delta']['revenue_usd'])}{share}, everybody reached at once",
                _moved_words(report),
                f"gross margin {_rate(report['baseline'])}; proposed {_rate(report['proposed'])}",
                f"book {manifest['book']}, as of {manifest['as_of']}, fingerprint {manifest['fingerprint']}",
            ]
        ),
        *([responses_table(report["responses"])] if report["responses"]["is_estimate"] else []),
        "\n".join([*_verdict_lines(report["guardrails"]), *_claim_lines(report["claims"])]),
        _closing(report["guardrails"]),
    ]
    return "\n\n".join(parts)


def _rate(side: Mapping[str, Any]) -> str:
    rate = side["gross_margin_rate"]
    return rate if rate.startswith("not") else f"{Decimal(rate):.2%}"


def _verdict_lines(verdicts: Sequence[Mapping[str, Any]]) -> list[str]:
    """One sentence each, the broken ones first, then what is undecided."""
    ordered = sorted(verdicts, key=lambda one: guardrails.WORST_FIRST.index(one["verdict"]))
    return [one["sentence"] for one in ordered]


def _claim_lines(claims: Mapping[str, Any]) -> list[str]:
    return [f'"{one["words"]}" is {said}' for name, said in _CLAIMS.items() for one in claims[name]]


def _closing(verdicts: Sequence[Mapping[str, Any]]) -> str:
    """How many guardrails are broken, and what that makes of the exit code."""
    broken = [one["words"] for one in verdicts if one["verdict"] == BROKEN]
    told = f"{len(broken)} guardrail(s) broken, so this exits 1" if broken else "no guardrail is broken"
    undecided = sum(one["verdict"] == guardrails.UNDECIDED for one in verdicts)
    return f"{told}; {undecided} undecided" if undecided else told


def _moved_words(report: Mapping[str, Any]) -> str:
    """What moved within the window, and what holds the rest."""
    reach, since = report["reach"], " and ".join(report["window"]["takes_effect"])
    held = [
        f"{state} {dollars(amount)}"
        for state, amount in reach["parts_usd"].items()
        if state != REPRICED and Decimal(amount)
    ]
    rest = f"; {', '.join(held)}" if held else ""
    return f"taking effect on {since}, {dollars(reach['moved_usd'])} of it moves by then{rest}"


def _change_words(change: Mapping[str, Any]) -> Document:
    """A change for people: bands as steps, everything else as it stands in the book."""
    return {"path": change["path"], "was": _in_words(change["was"]), "becomes": _in_words(change["becomes"])}


def _in_words(value: object) -> object:
    if not isinstance(value, list):
        return value
    return ", ".join(
        " ".join(f"{k} {v}" for k, v in one.items()) if isinstance(one, dict) else str(one) for one in value
    )
