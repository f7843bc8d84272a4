"""What search answers: a region, what binds, and a shortlist rated exactly. No list is called the best, as none is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from lib.desk import Rated, Searched
from lib.money import text
from lib.reports.text import Document, dollars, money, percent, table
from lib.search import Excluded


def searched(found: Searched) -> Document:
    """A search → its document: money as decimal strings where it is exact, plain numbers where it is estimated."""
    answer = found.answer
    return {
        "manifest": found.manifest.as_dict(),
        "window": {"from": found.window[0].isoformat(), "until": found.window[1].isoformat()},
        "stopped": answer.stopped,
        "evaluations": answer.evaluations,
        "share_feasible": answer.share_feasible,
        "baseline": {"revenue_usd": money(found.baseline_usd), "customers": found.customers},
        "region": {
            "within": found.settings.run.region,
            "lists": answer.region_size,
            "estimated_most_usd": answer.most_revenue,
            "prices": [asdict(one) for one in answer.region],
        },
        "front": [
            {"estimated_revenue_usd": one.revenue, "share_up": one.share_up, "sharpest_rise": one.sharpest_rise}
            for one in answer.front
        ],
        "binding": [asdict(one) for one in answer.binding],
        "undecided": [asdict(one) for one in answer.undecided],
        "excluded": _excluded(answer.excluded) if answer.excluded else None,
        "shortlist": [_rated(one) for one in found.shortlist],
    }


def _excluded(excluded: Excluded) -> Document:
    return {
        "together": list(excluded.together),
        "nearest": dict(excluded.nearest.prices),
        "broken_by": dict(excluded.broken),
    }


def _rated(one: Rated) -> Document:
    return {
        "prices": {name: text(price) for name, price in one.prices.items()},
        "edits": one.edits,
        "could_usd": money(one.could_usd),
        "moved_usd": money(one.moved_usd),
        "pay_more": one.pay_more,
        "pay_less": one.pay_less,
        "sharpest_rise": None if one.sharpest_rise is None else text(round(one.sharpest_rise, 6)),
        "breaks": list(one.breaks),
    }


def searched_table(report: Mapping[str, Any]) -> str:
    """For people: where each price may lie, the shortlist, what stops it, and what it was made from."""
    region, manifest, window = (report[key] for key in ("region", "manifest", "window"))
    parts = [
        table(("price", "today", "lowest", "highest"), [_range(one) for one in region["prices"]]),
        table(("list", "could_usd", "moved_usd", "pay_more", "pay_less", "sharpest_rise"), _lists(report)),
        "\n".join(f"list {at}: {one['edits']}" for at, one in enumerate(report["shortlist"], start=1)),
        "\n".join(
            [
                *_limits(report),
                f"usage months {window['from']} up to {window['until']}, nobody reacts, "
                f"baseline {dollars(report['baseline']['revenue_usd'])}",
                f"{report['evaluations']:,} price lists tried{', stopped: a part' if report['stopped'] else ''}; "
                f"{report['share_feasible']:.1%} of those spread evenly keep every limit",
                f"no single best price: {region['lists']:,} lists come within {region['within']:.1%} of the most found",
                f"book {manifest['book']}, as of {manifest['as_of']}, seed {manifest['seed']}, "
                f"fingerprint {manifest['fingerprint']}",
            ]
        ),
    ]
    return "\n\n".join(part for part in parts if part)


def _range(one: Mapping[str, Any]) -> Document:
    return {
        "price": one["name"],
        "today": _price(one["baseline"]),
        "lowest": _price(one["low"]),
        "highest": _price(one["high"]),
    }


def _price(value: float) -> str:
    return f"{value:,.2f}" if value >= 1 else f"{value:.4f}"


def _lists(report: Mapping[str, Any]) -> list[Document]:
    return [
        {**one, "list": at, "sharpest_rise": percent(Decimal(one["sharpest_rise"] or 0))}
        for at, one in enumerate(report["shortlist"], start=1)
    ]


def _limits(report: Mapping[str, Any]) -> list[str]:
    """What stops the best list, what nobody can decide, and what excludes everything."""
    stops = [f"Stops the best list: {one['words']}{_gain(one)}" for one in report["binding"]]
    unknown = [f"Undecided, not counted as kept: {one['name']} {one['why']}" for one in report["undecided"]]
    if report["excluded"]:
        stops = [f"Nothing fits; excluded together by: {', '.join(report['excluded']['together'])}"]
    return [*stops, *unknown]


def _gain(one: Mapping[str, Any]) -> str:
    if one["gain"] is None:
        return ""
    return f"; relaxed by {one['relaxed_by']:.1%} it brings at least {dollars(str(round(one['gain'])))}"
