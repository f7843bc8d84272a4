"""What forecast answers: ranges, odds and months, with what they stand on.

Money that is exact is a decimal string; estimates are plain numbers, in cents and hundredths of a customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from lib.desk.forecast_bridge import Bridges
from lib.desk.forecasting import TESTED_AS, Foretold, Outlook, Tested
from lib.desk.worth import Worths
from lib.forecast.break_even import BreakEven
from lib.forecast.bridge import Bridge
from lib.forecast.expected_moves import ExpectedMove, Often
from lib.forecast.naive import SAME_PRICES
from lib.forecast.outlook import Fan, Odds, Reached, Share
from lib.forecast.scored import Scored
from lib.forecast.told import Told
from lib.forecast.tornado import Bar
from lib.forecast.worth import Worth
from lib.money import text
from lib.reports.text import Document, about, dollars, table

_DIGITS, _DIGITS_OF_FACTOR, _PERCENT, _MILESTONE = 2, 4, 100, 6
_TESTED = ("measure", "months_ahead", "held_50", "held_80", "held_90", "widened")
_WIDER = {SAME_PRICES: "of MRR, ARR, revenue and what rails leave", "customers": "of customers"}
_FEW = 100  # paths: fewer than five of them lie beyond each end of nine in ten


def forecast(found: Foretold, tested: Tested, worths: Worths) -> Document:
    """A forecast, the test of the past and what a customer is worth → the document, which opens with the manifest."""
    target = found.asked.target_usd
    return {
        "manifest": found.manifest.as_dict(),
        "asked": {
            "months": found.asked.months,
            "paths": found.paths,
            "levers": found.asked.levers.turned,
            "target_usd": None if target is None else text(target),
        },
        "is_part": found.is_part,
        "is_widened": found.is_widened,
        "months": [month.isoformat() for month in found.months],
        "baseline": _outlook(found.baseline, found.months),
        "proposal": None if found.proposal is None else _outlook(found.proposal, found.months),
        "is_unanswered": found.is_unanswered,
        "odds": None if found.odds is None else {name: _odds(one) for name, one in found.odds.items()},
        "break_even": None if found.break_even is None else _break_even(found.break_even),
        "bridge": _bridges(found.bridges),
        "tornado": {
            "expected_mrr_usd": _hundredths(found.tornado.mrr),
            "bars": [_bar(bar) for bar in found.tornado.bars],
        },
        "moves": {
            "customers_before": _hundredths(found.moves.customers_before),
            "customers_after": _hundredths(found.moves.customers_after),
            "rows": [_move(row) for row in found.moves.rows],
        },
        "believed": [_told(row) for row in found.told],
        "worth": {
            "signed_in": worths.signed.isoformat(),
            "months_counted": worths.months,
            "yearly_discount": text(worths.yearly_discount),
            "rows": [_worth(row) for row in worths.rows],
        },
        "past": {
            "reason": tested.backtest.reason,
            "origins": [month.isoformat() for month in tested.backtest.origins],
            "scores": [_score(row) for row in tested.scored],
        },
        "notes": list(found.notes),
    }


def _outlook(outlook: Outlook, months: Sequence[date]) -> Document:
    return {
        "fans": {name: _fan(fan) for name, fan in outlook.fans.items()},
        "by_persona": _parts(outlook.by_persona),
        "by_tier": _parts(outlook.by_tier),
        "reached": None if outlook.reached is None else _reached(outlook.reached, months),
    }


def _parts(parts: Mapping[str, Mapping[str, Fan]]) -> Document:
    return {measure: {key: _fan(fan) for key, fan in fans.items()} for measure, fans in parts.items()}


def _fan(fan: Fan) -> Document:
    bands = {
        f"{end}_{round(band.level * _PERCENT)}": _numbers(values)
        for band in fan.bands
        for end, values in (("low", band.lower), ("high", band.upper))
    }
    return {"middle": _numbers(fan.median), **bands}


def _numbers(values: Any) -> list[float]:
    return [_hundredths(value) for value in values]


def _hundredths(number: float) -> float:
    """An estimate as it is told: cents, or hundredths of a customer."""
    return round(float(number), _DIGITS)


def _break_even(found: BreakEven) -> Document:
    """By answer the factor on it; null where none in the lever's reach undoes the difference."""
    factors = {name: None if one is None else round(one, _DIGITS_OF_FACTOR) for name, one in found.factors.items()}
    return {"expected_difference_usd": _hundredths(found.difference), "factors": factors}


def _bridges(found: Bridges) -> Document:
    """From today's MRR, which is recorded and exact, by steps to the mean of the last month, which are estimates."""
    return {
        "today_usd": text(found.recorded),
        "baseline": _bridge(found.baseline),
        "proposal": None if found.proposal is None else _bridge(found.proposal),
    }


def _bridge(found: Bridge) -> Document:
    steps = {f"{step}_usd": _hundredths(usd) for step, usd in found.steps.items()}
    return {"steps": steps, "expected_mrr_usd": _hundredths(found.mean)}


def _odds(odds: Odds) -> Document:
    return {
        "gain": [_share(one) for one in odds.gain],
        "same": [_share(one) for one in odds.same],
        "difference": _fan(odds.difference),
    }


def _share(share: Share) -> Document:
    return {"paths": share.hits, "of": share.paths}


def _reached(reached: Reached, months: Sequence[date]) -> Document:
    named = {
        name: None if month is None or reached.is_already else months[month - 1].isoformat()
        for name, month in (("early", reached.early), ("middle", reached.middle), ("late", reached.late))
    }
    return {
        "target_usd": text(Decimal(reached.target)),
        "is_already": reached.is_already,
        **named,
        "never": _share(reached.never),
    }


def _bar(bar: Bar) -> Document:
    return {
        "key": bar.key,
        "kind": bar.kind,
        "low": bar.low,
        "high": bar.high,
        "mrr_at_low_usd": _hundredths(bar.mrr_at_low),
        "mrr_at_high_usd": _hundredths(bar.mrr_at_high),
    }


def _move(row: ExpectedMove) -> Document:
    rates = {name: _often(getattr(row, name)) for name in ("expected", "believed", "seen")}
    return {"source": row.source, "target": row.target, "kind": row.kind, **rates}


def _often(often: Often) -> Document:
    return {"times": _hundredths(often.times), "at_risk": _hundredths(often.at_risk)}


def _told(row: Told) -> Document:
    return {**asdict(row), "where": list(row.where), "has_no_data": row.has_no_data}


def _worth(row: Worth) -> Document:
    """USD are present values; of a tier that is null, of those a persona lands on."""
    return {
        "persona": row.persona,
        "tier": row.tier,
        "months": _hundredths(row.months),
        "mrr_usd": _hundredths(row.mrr),
        "overage_usd": _hundredths(row.overage),
        "within_months_counted_usd": _hundredths(row.within),
        "from_climbs_usd": _hundredths(row.climbs),
        "a_climb_adds_usd": None if row.climb is None else _hundredths(row.climb),
    }


def _score(row: Scored) -> Document:
    return {
        "measure": row.measure,
        "months_ahead": row.months_ahead,
        "origins": row.origins,
        "bands": [asdict(band) for band in row.bands.values()],
        "factor": round(row.factor, _DIGITS_OF_FACTOR),
        "widens": row.measure in TESTED_AS.values(),
        "above": row.above,
        "crps_fair": _hundredths(row.crps),
        "pinball": {f"{at:g}": _hundredths(value) for at, value in row.pinball.items()},
        "pit": list(row.pit),
        "skill": dict(row.skill),
    }


def forecast_table(report: Mapping[str, Any]) -> str:
    """For people: the ranges every half year, the odds, the month of the target, how past bands held, what it is of."""
    manifest = report["manifest"]
    parts = [
        table(("month", "world", "mrr_low", "mrr_middle", "mrr_high", "customers"), _rows(report)),
        _odds_words(report),
        _break_even_words(report["break_even"]),
        *_target_words(report),
        _bridge_table(report),
        f"{table(_TESTED, _held(report))}\n\n{_past_words(report)}" if report["past"]["scores"] else "",
        report["past"]["reason"] or "",
        f"{_range_words(report)}\n"
        f"book {manifest['book']}, as of {manifest['as_of']}, seed {manifest['seed']}, "
        f"fingerprint {manifest['fingerprint']}",
    ]
    return "\n\n".join(part for part in parts if part)


def _range_words(report: Mapping[str, Any]) -> str:
    """What a range is, in words that hold for a widened one too."""
    paths = report["asked"]["paths"]
    hold = (
        "are those of 9 of 10 paths, made wider where past ones did not hold"
        if report["is_widened"]
        else "hold 9 of 10"
    )
    words = [f"ranges {hold}, of {paths:,} walked"]
    if report["is_widened"] and report["baseline"]["reached"]:
        words.append("a target's months are off paths made as much wider")
    if report["is_part"]:
        words.append("stopped: a part of them")
    if paths < _FEW:
        words.append("so few hardly tell a range's ends, ask for more with --paths")
    return "; ".join(words)


def _rows(report: Mapping[str, Any]) -> list[Document]:
    months = report["months"]
    places = sorted({*range(_MILESTONE - 1, len(months), _MILESTONE), len(months) - 1})
    worlds = [name for name in ("baseline", "proposal") if report[name]]
    return [_row(report[world]["fans"], world, months[place], place) for place in places for world in worlds]


def _row(fans: Mapping[str, Any], world: str, month: str, place: int) -> Document:
    mrr, people = fans["mrr"], fans["customers"]
    ends = {"mrr_low": "low_90", "mrr_middle": "middle", "mrr_high": "high_90"}
    dollars = {name: about(str(mrr[key][place])) for name, key in ends.items()}
    return {"month": month[:7], "world": world, **dollars, "customers": _between(people, place)}


def _between(fan: Mapping[str, Any], place: int) -> str:
    return f"{fan['low_90'][place]:,.0f} to {fan['high_90'][place]:,.0f}"


def _odds_words(report: Mapping[str, Any]) -> str:
    if not report["odds"]:
        return "nothing is moved: give --lever or --scenario to see what it changes"
    month = report["months"][-1][:7]
    told = [
        _change_words(words, report["odds"][measure]) for measure, words in (("mrr", "MRR"), ("revenue", "revenue"))
    ]
    before = ", before anybody answers the price" if report["is_unanswered"] else ""
    return "\n".join(f"in {month} {words}{before}" for words in told)


def _break_even_words(found: Mapping[str, Any] | None) -> str:
    """What answer of customers undoes what other prices bring; nothing where nobody asked for other prices."""
    if not found or not any(found["factors"].values()):
        return ""
    undone = [f"{name} × {factor:.3f}" for name, factor in found["factors"].items() if factor]
    brings = about(str(found["expected_difference_usd"]))
    return (
        f"on average the prices alone bring {brings} of MRR if nobody answers them; {' or '.join(undone)}, on top of "
        "any lever, would undo that"
    )


def _bridge_table(report: Mapping[str, Any]) -> str:
    """What MRR of the last month is made of on average, a line each step, by world."""
    found, end = report["bridge"], f"expected in {report['months'][-1][:7]}"
    worlds = [name for name in ("baseline", "proposal") if found[name]]
    rows: list[Document] = [{"of_mrr": "today", **dict.fromkeys(worlds, dollars(found["today_usd"]))}]
    for key in found["baseline"]["steps"]:
        rows.append({"of_mrr": _step(key), **{one: about(str(found[one]["steps"][key])) for one in worlds}})
    rows.append({"of_mrr": end, **{one: about(str(found[one]["expected_mrr_usd"])) for one in worlds}})
    return table(("of_mrr", *worlds), rows)


def _step(key: str) -> str:
    return key.removesuffix("_usd").replace("_", " ")


def _change_words(words: str, odds: Mapping[str, Any]) -> str:
    low, high = (about(str(odds["difference"][f"{end}_90"][-1])) for end in ("low", "high"))
    gain, same = odds["gain"][-1], odds["same"][-1]
    if same["paths"] == same["of"]:
        return f"{words} does not change on any path"
    return (
        f"{words} changes by between {low} and {high}; it gains on {gain['paths']:,} of {gain['of']:,} paths as walked"
    )


def _target_words(report: Mapping[str, Any]) -> list[str]:
    worlds = [name for name in ("baseline", "proposal") if report[name] and report[name]["reached"]]
    return [f"{world}: {_reached_words(report[world]['reached'], report['months'])}" for world in worlds]


def _reached_words(reached: Mapping[str, Any], months: Sequence[str]) -> str:
    target, never = about(str(reached["target_usd"])), reached["never"]
    within = f"within {len(months)} months"
    if reached["is_already"]:
        return f"{target} of MRR is reached today"
    if never["paths"] == never["of"]:
        return f"{target} of MRR is not reached {within} on any of {never['of']:,} paths"
    if reached["middle"] is None:
        return f"{target} of MRR is reached {within} on {never['of'] - never['paths']:,} of {never['of']:,} paths"
    early, middle = reached["early"][:7], reached["middle"][:7]
    late = reached["late"][:7] if reached["late"] else f"a month after {months[-1][:7]}"
    return (
        f"{target} of MRR in {middle}, 8 in 10 between {early} and {late}; "
        f"{never['paths']:,} of {never['of']:,} paths not {within}"
    )


def _held(report: Mapping[str, Any]) -> list[Document]:
    return [
        {
            "measure": row["measure"],
            "months_ahead": row["months_ahead"],
            **{f"held_{round(one['level'] * _PERCENT)}": f"{one['hits']} of {one['origins']}" for one in row["bands"]},
            "widened": _widened_words(row),
        }
        for row in report["past"]["scores"]
    ]


def _widened_words(row: Mapping[str, Any]) -> str:
    if not row["widens"]:
        return "not used"
    return f"× {row['factor']:.2f}" if row["factor"] > 1 else "no"


def _past_words(report: Mapping[str, Any]) -> str:
    """What of the past makes the ranges wider, and how far ahead it reaches."""
    rows = report["past"]["scores"]
    wider = {row["measure"] for row in rows if row["widens"] and row["factor"] > 1}
    told = [f"{whose} are wider by {measure}" for measure, whose in _WIDER.items() if measure in wider]
    furthest = max(row["months_ahead"] for row in rows)
    return (
        f"ranges {' and '.join(told) or 'are as wide as their paths'}; what is not used has our price changes in it\n"
        f"forecasts of the past reach {furthest} months ahead, beyond that the last factor is kept"
    )
