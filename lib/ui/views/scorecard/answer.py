"""The page from its headline to its downloads: what changed, are we on target, and what asks for a look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd
import streamlit as st

from lib.freshness import SourceState
from lib.ui import cards, numbers, scorecard
from lib.ui.focus import Focus
from lib.ui.legends import Legend
from lib.ui.views.scorecard import alerts, cardrow, gathered, metrics, movement, since
from lib.ui.views.scorecard.gathered import Gathered

_ASSUMPTIONS = (
    "MRR is the recurring price each rail bills, a twelfth of it for annual and longer terms, without overage. Both "
    "days are told from the newer records, so the movements add up to the difference.",
    "Claims are judged by today's list of claims on the facts of both snapshots; accepting one changes nothing here.",
    "Targets are the strategy paper's and belong to the control plane; the other product is measured by the same "
    "formulas and held to none of them.",
    "Gross margin and CAC payback read the marketplace's fee as the book does; the other reading stands beside them.",
    "Peers are a survey of private companies by contract size: context beside a target, never in its place.",
)


def absence(gone: Sequence[SourceState]) -> str:
    """What is said where no rail has told of any contract."""
    missing = numbers.counted(len(gone), "source is", "sources are")
    return f"Nothing can be compared: {missing} missing, so no recurring revenue is on record"


@dataclass(frozen=True)
class Shown:
    """What the page leaves for its foot."""

    assumptions: Sequence[str]
    tables: cards.Tables


def draw(found: Gathered, focus: Focus, legend: Legend, as_of: date) -> Shown:
    """Everything below the headline: cards, what changed beside what asks for a look, targets, and the details."""
    cards.row(cardrow.cards_of(found))
    names = alerts.Names({key: who.name for key, who in found.people.items()}, legend, found.since, as_of)
    benchmarks = scorecard.benchmarks()
    left, right = st.columns(2, gap="large")
    with right:
        _changed(found, focus)
        metrics.show(found.scored)
    with left:
        cards.sentence("**What asks for a look, the worst first**")
        lines = alerts.lines(gathered.alerts(found, focus), names)
        alerts.show(lines)
    if unseen := focus.without("icp_segment", "persona", "rail", "owner"):
        cards.note(
            f"Metrics, claims and decisions are of a whole product: {cards.plain(unseen)} is not applied to them."
        )
    listed = metrics.listed(found.scored, gathered.then(found), benchmarks)
    metrics.details(listed, found.since, legend)
    metrics.peers(found.scored, benchmarks)
    metrics.trends(found.scored)
    if found.moved:
        movement.details(found.moved, legend)
    return Shown(_assumptions(found), _tables(found, lines, listed))


def _tables(found: Gathered, lines: Sequence[alerts.Line], listed: pd.DataFrame) -> cards.Tables:
    moved = {"Movements": movement.listed(found.moved)} if found.moved else {}
    crossed = {"Allowances crossed": movement.crossed(found.crossings)} if found.crossings else {}
    return {
        "Alerts": alerts.listed(lines),
        **moved,
        **crossed,
        "Metrics": listed,
        "Metrics by month": metrics.trend_rows(found.scored),
    }


def headline(found: Gathered, focus: Focus) -> str:
    """The answer in a sentence: money, claims, targets; each names the filters it can apply."""
    counted = numbers.counted(len(found.false or ()), "published claim is", "published claims are")
    claims = [] if found.false is None else [f"{counted} false"]
    sentence = "; ".join([_money(found, focus), *claims, metrics.words(found.scored)])
    product = focus.without("product")
    return f"For {cards.plain(product)}: {sentence}" if product else f"{sentence[:1].upper()}{sentence[1:]}"


def _money(found: Gathered, focus: Focus) -> str:
    if found.moved is None:
        stands = f"MRR stands at {numbers.money(found.standing)}, and " if found.standing is not None else ""
        return f"{stands}there is no earlier snapshot to compare with"
    told = movement.words(found.moved) if found.moved.stands else "no recurring revenue is on record"
    who = focus.without("icp_segment", "persona", "rail")
    return f"{told} for {cards.plain(who)}" if who else told


def _changed(found: Gathered, focus: Focus) -> None:
    if found.moved is None:
        since.nothing_to_compare()
        return
    if not found.moved.stands:
        who = focus.without("product", "icp_segment", "persona", "rail")
        cards.sentence(f"No contract of {cards.plain(who or 'anybody')} is on record, so no money moved.")
        return
    movement.show(found.moved)
    if unseen := focus.without("owner"):
        cards.note(f"A customer has no owner: {cards.plain(unseen)} is not applied to what customers pay.")
    if focus.without("product", "icp_segment", "persona", "rail"):
        return
    if found.since:
        _restated(found.since)
    if found.moved.unpriced:
        count = numbers.counted(found.moved.unpriced, "running contract has", "running contracts have")
        cards.note(f"{count} no price on record and add nothing to MRR.")


def _restated(day: date) -> None:
    """What the older snapshot told of its own day, where the newer records tell it otherwise."""
    found = scorecard.restated(day)
    if found.change:
        cards.note(
            f"The snapshot of {numbers.day(day)} told {numbers.exact_money(found.told)} for its day; the newer records "
            f"tell {numbers.exact_money(found.tells)}: restated by {numbers.exact_change(found.change)}."
        )


def _assumptions(found: Gathered) -> Sequence[str]:
    if not found.crossings:
        return _ASSUMPTIONS
    before, after = numbers.month(found.crossings.before), numbers.month(found.crossings.after)
    compared = f"Allowances are compared between the last full months of both days: {before} and {after}."
    return (
        *_ASSUMPTIONS,
        compared if before != after else f"No month has ended between the days: allowances stay {after}'s.",
    )
