"""What a prospect takes along: one page with the projection, its arithmetic and its assumptions, and no bare claim."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from lib import exports
from lib.desk import saving
from lib.desk.saving import Checked
from lib.exports import Figure, Part, Sheet
from lib.savings import Projection, Spread
from lib.ui import cards, numbers
from lib.ui.cards import Stamp
from lib.ui.savings import Known
from lib.ui.views.savings import answer, arithmetic
from lib.ui.views.savings.question import Asked
from lib.ui.views.savings.typed import NOT_SET

PROJECTION, TARGET, PILOT = "projection", "target", "pilot"
_ANCHORS = {TARGET: "median_target", PILOT: "pilot_criterion"}


@dataclass(frozen=True)
class Content:
    """What the sheet is made of: the question and its answer, what is known and delivered, how each claim stands."""

    asked: Asked
    found: Projection
    known: Known
    checked: Sequence[Checked]
    delivered: Spread | None
    stamp: Stamp


def offer(content: Content) -> None:
    """The sheet as a file, made when it is clicked; none where what it is about must not be said."""
    stamp = content.stamp
    if not may_be_made(content.checked):
        cards.sentence("**0 sheets can be made**: the claim that a projection rests on is false, see above.")
        return
    st.download_button(
        "Savings sheet of one page",
        lambda: exports.sheet(sheet_of(content)),
        exports.file_name("savings", "sheet", stamp.as_of, stamp.fingerprint, "html"),
        mime="text/html",
        key="savings_sheet",
        icon=":material/article:",
        on_click="ignore",
    )
    cards.note(
        "For the customer: HTML without anything from elsewhere, to forward or to print. It names no other customer."
    )


def may_be_made(checked: Sequence[Checked]) -> bool:
    """Whether a projection may be shown to anybody outside."""
    return any(one.sentence.key == PROJECTION and one.standing != saving.LEFT_OUT for one in checked)


def sheet_of(content: Content) -> Sheet:
    """The calculator's question and answer → the sheet; each sentence carries the marking its claims ask for."""
    asked, found, stamp = content.asked, content.found, content.stamp
    marked = {one.sentence.key: one for one in content.checked}
    whom = asked.company or "Your company"
    mark = _mark(marked[PROJECTION])
    spend = numbers.exact_money(found.spend.monthly)
    low, high = (numbers.exact_money(end.saved_monthly) for end in (found.low, found.high))
    rates = f"{arithmetic.rate(found.low.rate)} to {arithmetic.rate(found.high.rate)}"
    return Sheet(
        kind="Projected savings",
        title=f"{whom}: what the control plane would save",
        answer=f"{low} to {high} of {spend} a month, {rates} of the model spend{mark}.",
        as_of=stamp.as_of,
        fingerprint=stamp.fingerprint,
        manifest=stamp.manifest,
        figures=_figures(asked, found, mark),
        parts=(_worked_out(found), _rests_on(content, marked)),
        label="Synthetic sample data" if stamp.is_synthetic else "",
        notes=_NOTES,
    )


def _figures(asked: Asked, found: Projection, mark: str) -> list[Figure]:
    price = found.ask.price_monthly
    low, high = found.low.net_monthly, found.high.net_monthly
    net = NOT_SET if low is None or high is None else f"{numbers.exact_money(low)} to {numbers.exact_money(high)}"
    yearly = " to ".join(numbers.exact_money(end.saved_yearly) for end in (found.low, found.high))
    return [
        Figure("Model spend a month", numbers.exact_money(found.spend.monthly), "as told, or measured"),
        Figure(f"Saved a year{mark}", yearly, asked.target.label),
        Figure("Our price a month", NOT_SET if price is None else numbers.exact_money(price), ""),
        Figure(f"Left a month{mark}", net, "saved, less our price and our part"),
    ]


def _worked_out(found: Projection) -> Part:
    lines = (*arithmetic.saved(found, ()), *arithmetic.left(found))
    rows = [(line.what, line.how, *arithmetic.values(line)) for line in lines]
    return Part("How it is worked out", columns=("What", "How", "A month", "A year"), rows=rows)


def _rests_on(content: Content, marked: Mapping[str, Checked]) -> Part:
    target = content.asked.target
    ends = f"{arithmetic.rate(target.low)} to {arithmetic.rate(target.high)}"
    asked_for = f"Quality of service asked for: {target.label}."
    believed = f"The range of {ends} is an assumption of ours, not a measurement of yours."
    measured = f"{answer.evidence(content.delivered)} Theirs, measured; yours may differ."
    said = [measured] if content.delivered else []
    return Part("What it rests on", (f"{asked_for} {believed}", *_anchors(content.known, marked), *said))


def _anchors(known: Known, marked: Mapping[str, Checked]) -> Iterator[str]:
    """The paper's two numbers, each with its marking; a false one is left out."""
    for key, anchor in _ANCHORS.items():
        one = marked.get(key)
        if one and one.standing != saving.LEFT_OUT:
            rate = numbers.percent(known.facts.anchors[anchor].rate, 0)
            yield f"{one.sentence.says[:1].upper()}{one.sentence.says[1:]}: more than {rate}{_mark(one)}."


def _mark(one: Checked) -> str:
    """How a sentence is marked; nothing where its claims are true."""
    return "" if one.standing == saving.STANDS else f" ({one.sentence.marking})"


_NOTES = (
    "A projection of an assumed range on the spend that was told to us: an estimate, and no promise of a saving.",
    "The spend is taken to stay as it is: the same tokens, providers and prices for twelve months.",
    "A price, or our part of what is saved, that reads “not set” has not been offered.",
    "What is saved is measured against a baseline recorded before anything is changed, and then told as it is.",
)
