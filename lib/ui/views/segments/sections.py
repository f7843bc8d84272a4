"""Which part of the page is open: one at a time, in the address. A part is one entry of `SECTIONS`.

A product whose customers hold no contract on record has parts of its own, `WITHOUT_CONTRACTS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from streamlit.delta_generator import DeltaGenerator

from lib import charts
from lib.buyers import Buyers
from lib.freshness import SourceState
from lib.market import Customer
from lib.ui import aims, buyers, cards, controls, data, frames, numbers
from lib.ui.cards import Stamp
from lib.ui.focus import Focus
from lib.ui.legends import Legend
from lib.ui.views import catalogue
from lib.ui.views.segments import aims as aimed
from lib.ui.views.segments import (
    everybody,
    ladder,
    measures,
    moved,
    movement,
    people,
    retention,
    second,
    selling,
    who,
)
from lib.ui.views.segments.axes import AXES, Wording, by


@dataclass(frozen=True)
class Page:
    """What a part of the page stands on: the room of the headline, where it comes from, and whom it looks at."""

    room: DeltaGenerator
    stamp: Stamp
    states: Sequence[SourceState]
    legend: Legend
    asked: Focus
    look: buyers.Look

    def tell(self, sentence: str, of_product: bool = True) -> None:
        """The part's answer, as the title of the page; below it what the filters leave out, and cannot.

        A sentence that names its product is not told it again.
        """
        looking = self.asked.without(*self._applied()[0 if of_product else 1 :])
        told = f"{sentence}, looking at {looking}" if looking else sentence
        cards.finding(self.room, cards.of_rails_there(told, self.states), self.stamp, self.states)
        if said := [cards.plain(one) for one in self._unapplied()]:
            with self.room:
                cards.note(*said)

    def _applied(self) -> list[str]:
        """The filters that leave somebody out here; a rail does only where there are contracts."""
        rail = ["rail"] if buyers.has_contracts(self.look.product) else []
        return ["product", "persona", *(["icp_segment"] if self.look.icp_segment else []), *rail]

    def _unapplied(self) -> list[str]:
        product = numbers.name(self.look.product)
        said = (
            [f"A customer has no owner: {self.asked.without('owner')} leaves nobody out here."]
            if self.asked.owner
            else []
        )
        if self.asked.icp_segment and not self.look.icp_segment:
            said.append(
                f"{product} has no segments in the brief: {self.asked.without('icp_segment')} leaves nobody out."
            )
        if self.asked.rail and not buyers.has_contracts(self.look.product):
            said.append(f"Without contracts no rail is known: {self.asked.without('rail')} leaves nobody out.")
        return said + ([] if self.asked.product else _others(self.look))


@dataclass(frozen=True)
class Shown:
    """What a part leaves for the foot of the page: what was assumed, its tables, and where they come from.

    `stamp` is left out where that is where the page's own answer comes from.
    """

    assumptions: Sequence[str]
    tables: cards.Tables
    stamp: Stamp | None = None


def opened(page: Page) -> Shown:
    """Draw the part that is picked."""
    is_sold = buyers.has_contracts(page.look.product)
    key, parts = ("segments_view", SECTIONS) if is_sold else ("segments_other_view", WITHOUT_CONTRACTS)
    picked = controls.one_of(key, "Look at", {key: words for key, (words, _) in parts.items()})
    return parts[picked][1](page)


def _others(look: buyers.Look) -> list[str]:
    """Customers of other products are never mixed in: how many there are, and how to see them."""
    counts: dict[str, int] = {}
    for one in buyers.known().buyers.values():
        counts[one.product] = counts.get(one.product, 0) + 1
    return [
        f"{numbers.counted(count, 'customer')} of {numbers.name(product)} {_are(count)} not on this page: products are "
        "never mixed, pick it in the sidebar."
        for product, count in sorted(counts.items())
        if product != look.product
    ]


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _who(page: Page) -> Shown:
    rules, wording = buyers.settings(), _wording(page)
    asked = who.asked(_dimensions())
    whole, groups = buyers.groups(page.look), buyers.groups(page.look, *asked.axes)
    first = buyers.groups(page.look, asked.axes[0])
    customers = _paying(page.look)
    if not whole:
        return _nobody(page, customers)
    page.tell(everybody.finding(whole[0], first, partial(wording.name, asked.axes[0])))
    known = buyers.known()
    history = everybody.month_ends(known, lambda customer, rail: page.look.sees(known.buyers[customer], rail))
    cards.row(everybody.headline_cards(whole[0], history, rules.fewest, known.back))
    if needs := everybody.lacking(whole[0], known):
        cards.note(*needs)
    _say_unpriced(known.unpriced)
    who.explore(groups, asked, rules.fewest, customers, data.personas(), wording, buyers.billed)
    tables: cards.Tables = {
        "Groups": partial(who.listing, groups, asked, rules.fewest, wording),
        "Customers": people.listing(customers),
        "Months": partial(everybody.months_listing, history),
    }
    return Shown(who.assumptions(buyers.keeps_history()), tables)


def _movement(page: Page) -> Shown:
    wording, known = _wording(page), buyers.known()
    over, axis = movement.asked(known.months)
    if over is None:
        page.tell(f"Movements are {measures.NOT_YET}two month ends, and {len(known.months)} is on record")
        return Shown(movement.ASSUMPTIONS, {})
    found, split = buyers.moves(page.look), buyers.moves(page.look, axis)
    starts = buyers.standing(page.look, over.since, axis)
    start = sum(starts.values(), Fraction(0))
    page.tell(movement.finding(start, moved.sums(found, over), over))
    movement.show(start, found, over)
    frame = moved.by_group(axis, starts, split, over, wording)
    movement.groups(frame, axis, over, wording)
    _months(page, axis)
    name, group_name = _named(known), partial(wording.name, axis)
    movement.drill(found, split, over, name, group_name, wording, buyers.billed)
    tables: cards.Tables = {
        "Waterfall": moved.steps(start, moved.sums(found, over), over),
        "Movements by month": partial(moved.month_listing, found, over),
        "Movements by group": frame,
        "Whose movements": partial(moved.moved_listing, moved.within(split, over), name, group_name),
    }
    return Shown(movement.ASSUMPTIONS, tables)


def _retention(page: Page) -> Shown:
    rules, wording, known = buyers.settings(), _wording(page), buyers.known()
    axis = controls.choice("segments_by", "Split by", AXES)
    whole, groups = buyers.groups(page.look), buyers.groups(page.look, axis)
    cohorts = buyers.cohorts_of(page.look)
    tables: cards.Tables = {"Cohorts": partial(retention.cohort_listing, cohorts)}
    kept = whole[0].retention if whole else None
    if kept is None or known.before is None or known.last is None:
        page.tell(retention.missing(known.months, rules.retention_months))
    else:
        page.tell(retention.finding(kept, known.before, known.last))
        retention.show(kept, groups, axis, rules.fewest, wording)
        tables = {"Retention": retention.listing(groups, axis, rules.fewest, wording), **tables}
    of = controls.one_of("segments_of", "Cohorts by", retention.OF)
    if cohorts:
        retention.cohort_map(cohorts, of, rules.fewest)
    return Shown(retention.ASSUMPTIONS, tables)


def _split(page: Page) -> Shown:
    rules, found, customers = buyers.settings(), buyers.split_of(page.look), _paying(page.look)
    page.tell(selling.finding(found, rules))
    pays = {one.customer_id: one.mrr or frames.ZERO for one in customers}
    selling.show(found, rules, pays, page.legend)
    selling.drill(found, customers, data.personas(), page.legend, buyers.billed)
    tables = {"Split": selling.rows(found, rules), "Integrators": selling.listing(found, customers)}
    return Shown((*selling.ASSUMPTIONS, f"The paper's shares: data/buyers.toml, from {rules.split_source}."), tables)


def _adopted(page: Page) -> Shown:
    rules, ideal, people_known = buyers.settings(), buyers.ideal_customers(), buyers.known().buyers
    found, product = buyers.adopted_by(page.look), numbers.name(page.look.product)
    page.tell(second.finding(found, product, people_known, ideal), of_product=False)
    second.show(found, product, people_known, rules.fewest, page.legend, ideal)
    tables = {
        "Segments": second.segments(found, people_known, rules.fewest, ideal),
        "Customers": second.listing(found, people_known, ideal),
    }
    return Shown(second.ASSUMPTIONS, tables)


def _sells(page: Page) -> Shown:
    def tell(sentence: str, stamp: Stamp) -> None:
        replace(page, stamp=stamp).tell(sentence)

    sold = catalogue.show(page.look.product, page.stamp, tell, page.legend)
    return Shown(sold.assumptions, sold.tables, sold.stamp)


def _approached(page: Page) -> Shown:
    found, customers, fewest = aims.ladder(), _paying(page.look), buyers.settings().fewest
    page.tell(ladder.finding(found, customers, fewest))
    ladder.show(found, customers, fewest, page.legend)
    tables: cards.Tables = {
        "Ladder": ladder.listing(found, customers, fewest),
        "Channels": aimed.channel_rows(found.channels),
    }
    return Shown(ladder.ASSUMPTIONS, tables)


def _aimed(page: Page) -> Shown:
    found = aims.of(page.look.product)
    deals = [one for one in found.deals if page.asked.keeps(icp_segment=one.icp_segment, persona=one.persona)]
    page.tell(aimed.finding(found, deals), of_product=False)
    aimed.show(found, deals, page.legend)
    tables: cards.Tables = {
        "Segments": aimed.segments(found, deals),
        "Questions": aimed.questions(found),
        "Value by role": aimed.roles(found),
        "Channels": aimed.channel_rows(found.channels),
    }
    return Shown(aimed.ASSUMPTIONS, tables)


def _nobody(page: Page, customers: Sequence[Customer]) -> Shown:
    page.tell("0 customers pay")
    cards.note("Nobody fits the filters of the sidebar: take one back to see who buys.")
    return Shown(who.assumptions(buyers.keeps_history()), {"Customers": people.listing(customers)})


def _months(page: Page, axis: str) -> None:
    """MRR by month as one stack, and the groups side by side on one scale."""
    wording, known = _wording(page), buyers.known()
    frame = buyers.by_month(page.look, axis)
    series = wording.series(axis, frame[axis])
    growth = f"MRR at every month end, {numbers.month(known.months[0])} to {numbers.month(known.months[-1])}"
    stack = charts.stacked_months(frame, "mrr_usd", axis, series=series, title=f"{growth}, by {by(axis)}", unit="USD")
    cards.picture(stack, "segments_months")
    each = charts.multiples(frame, "mrr_usd", axis, series=series, unit="USD")
    cards.pictures(each, moved.fastest(frame, axis, wording), "segments_each")


def _paying(look: buyers.Look) -> list[Customer]:
    """The customers with a running contract who are looked at, largest first."""
    known = buyers.known().buyers
    return [one for one in data.customers() if one.customer_id in known and look.sees(known[one.customer_id], one.rail)]


def _wording(page: Page) -> Wording:
    return Wording(page.legend, buyers.ideal_customers())


def _dimensions() -> dict[str, str]:
    used = {one.dimension for one in buyers.known().used}
    return {key: numbers.name(key) for key in sorted(used)}


def _named(known: Buyers) -> Callable[[str], str]:
    """Every customer's name by id; a file made at the click has no session to ask for it."""
    names = {key: one.name for key, one in known.buyers.items()}
    return lambda customer_id: names.get(customer_id, customer_id)


def _say_unpriced(count: int) -> None:
    if count:
        who = numbers.counted(count, "running contract has", "running contracts have")
        cards.note(f"{who} no price in USD and add nothing.")


SECTIONS: Mapping[str, tuple[str, Callable[[Page], Shown]]] = {
    "who": ("Who buys", _who),
    "movement": ("How MRR moved", _movement),
    "retention": ("Who stays", _retention),
    "split": ("Sellers: own or 3PI", _split),
    "ladder": ("How to approach them", _approached),
}
WITHOUT_CONTRACTS: Mapping[str, tuple[str, Callable[[Page], Shown]]] = {
    "who": ("Who buys", _adopted),
    "sells": ("What we sell", _sells),
    "aims": ("Whom it is for", _aimed),
}
