"""Which part of the page is open: one at a time, in the address. A part is one entry of `SECTIONS`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from streamlit.delta_generator import DeltaGenerator

from lib.desk.saving import PILOT, Sold
from lib.refusal import Refusal
from lib.ui import cards, controls, data, focus, numbers, savings
from lib.ui.cards import Stamp
from lib.ui.focus import Focus
from lib.ui.legends import Legend
from lib.ui.savings import Known
from lib.ui.views.savings import answer, claims, delivered, question, take

DEALS = ("deal",)
MEASURED = ("savings_baseline", "pilot")


@dataclass(frozen=True)
class Page:
    """What a part stands on: the room of the headline, what is known, the names of everything, what is looked at."""

    room: DeltaGenerator
    known: Known
    legend: Legend
    focus: Focus

    def tell(self, sentence: str, stamp: Stamp, *feeds: str) -> None:
        """The part's answer, as the title of the page, and the filters that leave it as it is."""
        cards.finding(self.room, sentence, stamp, data.states(*feeds) if feeds else ())


@dataclass(frozen=True)
class Shown:
    """What a part leaves for the foot of the page: where it comes from, what was assumed, its tables."""

    stamp: Stamp
    assumptions: Sequence[str] = ()
    tables: cards.Tables = field(default_factory=dict)


def opened(room: DeltaGenerator) -> Shown:
    """Draw the part that is picked, or say that the filters leave nothing of this product to look at."""
    known = savings.known()
    page = Page(room, known, data.legend(), focus.asked())
    if not page.focus.keeps(product=known.facts.product):
        return _elsewhere(page)
    picked = controls.one_of("savings_view", "Look at", {key: words for key, (words, _) in SECTIONS.items()})
    return SECTIONS[picked][1](page)


def _calculator(page: Page) -> Shown:
    kept = [one for one in page.known.prospects if page.focus.keeps(**_facts(one))]
    read = question.drawn(page.known, kept)
    try:
        asked = read()
        found = asked.projection
    except Refusal as refusal:
        return _refused(page, refusal)
    stamp, spread = savings.stamp(question.entered(asked)), savings.delivered()
    page.tell(answer.finding(asked, found), stamp, *DEALS)
    answer.show(asked, found, page.known, spread)
    table = answer.line_by_line(asked, found, page.known, page.legend)
    checked = savings.checked()
    rates = [one.spend.rate for one in savings.measured() if one.kind == PILOT and one.spend.rate is not None]
    told = claims.listed(checked, page.known.facts, spread, rates)
    if asked.told.spend is None or asked.told.is_example:
        cards.note("A sheet for the customer is made once a spend is told: an example is nobody's.")
    else:
        take.offer(take.Content(asked, found, page.known, checked, spread, stamp))
    claims.show(checked, told, page.legend)
    assumed = answer.assumptions(page.known)
    return Shown(stamp, assumed, {"Arithmetic": table, "Claims of the sheet": told})


def _refused(page: Page, refusal: Refusal) -> Shown:
    """An input that cannot be: its sentence is the answer, and the inputs stay where they are."""
    stamp = savings.stamp({"refused": str(refusal)})
    page.tell(f"$0 of savings can be worked out: {cards.plain(str(refusal))}", stamp)
    return Shown(stamp, answer.assumptions(page.known))


def _delivered(page: Page) -> Shown:
    if gone := cards.gone(data.states(*MEASURED), *MEASURED):
        stamp = savings.stamp({})
        missing = numbers.counted(len(gone), "source")
        cards.absent(page.room, f"0 measured savings can be shown: {missing} behind this page is missing", stamp, gone)
        return Shown(stamp)
    facts, target = page.known.facts, question.target(page.known)
    whom = controls.one_of("savings_whom", "Whom", delivered.WHOM)
    stamp = savings.stamp({"quality of service": target.key, "whom": whom})
    found = savings.measured()
    kept = [one for one in found if page.focus.keeps(**_facts(one.sold))]
    unsold = sum(one.sold is None for one in found) - sum(one.sold is None for one in kept)
    everybody = delivered.rows(kept, target, stamp.snapshot_on, facts.renewal_days)
    shown = delivered.among(everybody, whom)
    page.tell(delivered.finding(shown, target, whom, page.focus.words), stamp, *MEASURED)
    once = len(everybody) - len(shown) if whom == delivered.EVERYBODY else 0
    delivered.show(shown, page.legend, unsold, once)
    table = delivered.listed(shown)
    return Shown(stamp, delivered.assumptions(target, facts.renewal_days), {"Projected and delivered": table})


def _elsewhere(page: Page) -> Shown:
    stamp = savings.stamp({})
    own = numbers.name(page.known.facts.product)
    page.tell(
        f"0 savings can be shown of {cards.plain(page.focus.without('product'))}: only the product {cards.plain(own)} "
        "saves model spend; take that filter off in the sidebar",
        stamp,
    )
    return Shown(stamp, answer.assumptions(page.known))


def _facts(sold: Sold | None) -> dict[str, str | None]:
    """The facts of a deal that the filters of sales ask for; without a deal none of them is known."""
    if sold is None:
        return dict.fromkeys(("icp_segment", "persona", "rail", "owner"))
    return {"icp_segment": sold.icp_segment, "persona": sold.persona, "rail": sold.rail, "owner": sold.owner}


SECTIONS: Mapping[str, tuple[str, Callable[[Page], Shown]]] = {
    "calculator": ("Calculator", _calculator),
    "delivered": ("Projected against delivered", _delivered),
}
