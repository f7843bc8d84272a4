"""Search for better prices: begun by the reader, watched while it works, and told as a region, a front and a shortlist.

It names no single best price, because there is none: within half a per cent of the most revenue stand thousands of
lists. Estimates are told with few digits; what is shown of a list on the shortlist is rated again, to the cent.
"""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np
import pandas as pd
import streamlit as st

from lib import charts
from lib.desk import FreeEntry, Rated, Searched
from lib.periods import add_months
from lib.refusal import Refusal
from lib.search import Answer, Candidate
from lib.ui import cards, frames, numbers
from lib.ui.cards import Card
from lib.ui.legends import Legend
from lib.ui.searches import Look, Search

Tables = Mapping[str, pd.DataFrame]
_POLL_SECONDS = 0.5
_DRAWN = 1_500  # points of the front, far below what a chart carries
_WHOLE_FROM = 100  # dollars: an estimated price above it is told without cents
_BINDING = {
    "constraint": "Limit that binds",
    "measured_rate": "Reached",
    "limit_rate": "Limit",
    "relaxed_rate": "Relaxed by",
    "expected_gain": "Brings at least (USD)",
}
_RATED = {
    "label": "List",
    "page_link": "Open",
    "could_usd": "Could move",
    "moved_usd": "Moved",
    "could_rate": "Of revenue",
    "pay_more": "Pay more",
    "pay_less": "Pay less",
    "sharpest_rate": "Sharpest rise",
}


def show(search: Search, legend: Legend) -> Tables:
    """The panel as it stands: an offer, a bar, or what was found; tables to take along where something was."""
    tables: Tables = {}
    with cards.problems_in_words((Refusal,)):
        look = search.look()
        if look.share is not None:
            cards.heading("Searching for better prices")
            _watch(search)
        elif look.found is not None:
            tables = _found(search, look.found, legend)
        else:
            _offer(search, look)
    return tables


def _offer(search: Search, look: Look) -> None:
    cards.heading("Search for better prices")
    settings, run = search.settings, search.settings.run
    cards.sentence(
        f"Moves {numbers.counted(len(settings.free), 'price')} of today's book within their caps, and keeps what must "
        f"hold: at least {numbers.count(run.cloud + run.refine)} price lists over the last "
        f"{numbers.counted(search.months, 'month')}. Nothing runs until you ask."
    )
    if look.refused:
        st.error(cards.plain(look.refused), icon=":material/report:")
    st.button("Start the search", on_click=search.begin, icon=":material/search:", type="primary")
    cards.note(f"Seed {run.seed}: the same seed finds the same. What may move and what must hold: data/search.toml.")


@st.fragment(run_every=_POLL_SECONDS)
def _watch(search: Search) -> None:
    """The bar of a search that is on its way; the page is drawn again once it is over."""
    look = search.look()
    if look.share is None:
        st.rerun()
    words = f"{look.share:.0%} of the price lists tried" if look.share else "Preparing every customer's usage…"
    st.progress(look.share or 0.0, text=words)
    st.button("Stop", on_click=search.stop, icon=":material/stop_circle:")


def _found(search: Search, found: Searched, legend: Legend) -> Tables:
    answer = found.answer
    cards.heading(_finding(found))
    if answer.stopped:
        st.warning(
            f"Stopped after {numbers.count(answer.evaluations)} of about {numbers.count(answer.planned)} price lists: "
            "a part of the answer. A search that is not stopped finds more.",
            icon=":material/timelapse:",
        )
    tables = _nothing_fits(found, legend) if answer.excluded else _something_fits(search, found, legend)
    _undecided(answer)
    st.button("Search again", on_click=search.begin, icon=":material/search:")
    first, last = numbers.month(found.window[0]), numbers.month(add_months(found.window[1], -1))
    cards.note(
        f"Seed {answer.seed}, {numbers.count(answer.evaluations)} price lists over usage months {first} to {last}, "
        f"from today's book whatever is edited above; nobody reacts. Result {found.manifest.fingerprint}."
    )
    return tables


def _something_fits(search: Search, found: Searched, legend: Legend) -> Tables:
    answer = found.answer
    cards.sentence(_flat_words(found, legend))
    cards.row(_cards(found))
    region, front, marked = _region(found, legend), _front(found), _marked(found)
    cards.picture(
        charts.spans(region, "price", title=_region_words(region), axis="change from today's price", zero="today"),
        "price_change_search_region",
    )
    cards.note(
        f"Each bar runs from the lowest to the highest value of a price over the {numbers.count(answer.region_size)} "
        "lists; grey holds today's."
    )
    figure = charts.trade_off(
        _thinned(front),
        "share_up",
        "change_usd",
        marked=marked,
        title=_front_words(front),
        unit="USD",
        axis="customers whose bill rises, percent of all",
        names=("not beaten by any other", "on the shortlist"),
    )
    cards.picture(figure, "price_change_search_front")
    cards.note(
        "Grey: estimates. No list tried brings more revenue with fewer bills that rise and a smaller sharpest rise. "
        "Blue: the shortlist, rated exactly."
    )
    return {**_shortlist(search, found, legend), **_constraints(found, legend), "Search front": front}


# What it says


def _finding(found: Searched) -> str:
    answer, share = found.answer, found.settings.run.region
    if answer.excluded:
        return f"Nothing fits: none of {numbers.counted(answer.evaluations, 'price list')} keeps every limit"
    change = numbers.change(_dollars(_change(answer, answer.most_revenue)))
    return (
        f"There is no single best price: {numbers.counted(answer.region_size, 'price list')} "
        f"come within {numbers.percent(share)} of the most found, about {change}"
    )


def _flat_words(found: Searched, legend: Legend) -> str:
    widest = max(found.answer.region, key=lambda one: (one.high - one.low) / one.baseline)
    prices = f"{_price(widest.low)} to {_price(widest.high)}"
    return (
        f"The surface is flat at the top: {cards.plain(_name(found.entries[widest.name], legend))} lies anywhere from "
        f"{prices} among these lists, and no forecast can tell revenue that close apart. Nobody reacts here, so "
        "revenue climbs until a limit stops it: choose by who pays more, by what the limits are worth, and by what "
        "you can explain."
    )


def _cards(found: Searched) -> list[Card]:
    answer, run = found.answer, found.settings.run
    most = _change(answer, answer.most_revenue)
    return [
        Card(
            "Most revenue found",
            numbers.change(_dollars(most)),
            "An estimate over the window, everybody reached at once and nobody reacting; not clean prices yet.",
            numbers.percent_change(most / answer.baseline.revenue if answer.baseline.revenue else None),
        ),
        Card(
            f"Within {numbers.percent(run.region)} of it",
            numbers.count(answer.region_size),
            "Price lists tried that keep every limit and bring nearly the same.",
        ),
        Card(
            "Keep every limit",
            numbers.percent(answer.share_feasible),
            f"Of {numbers.count(run.cloud)} price lists spread evenly between the caps of every price.",
        ),
        Card("Price lists tried", numbers.count(answer.evaluations), "Evenly spread, evolved, relaxed and clean ones."),
        Card("Not beaten", numbers.count(len(answer.front)), "No other has more revenue and fewer, smaller rises."),
    ]


def _region_words(region: pd.DataFrame) -> str:
    rising, falling = int((region["low"] > 0).sum()), int((region["high"] < 0).sum())
    parts = [f"{rising} of {numbers.counted(len(region), 'price')} rise in every one of these lists"]
    if falling:
        parts.append(f"{falling} fall")
    if still := len(region) - rising - falling:
        parts.append(f"{still} may stay as {'it is' if still == 1 else 'they are'}")
    return ", ".join(parts)


def _front_words(front: pd.DataFrame) -> str:
    most, least = front.iloc[0], front.iloc[-1]
    return (
        f"From {numbers.change(_dollars(least['change_usd']))} with {numbers.percent(least['share_up'])} of bills "
        f"rising to {numbers.change(_dollars(most['change_usd']))} with {numbers.percent(most['share_up'])}"
    )


# The shortlist


def _shortlist(search: Search, found: Searched, legend: Legend) -> Tables:
    if not found.shortlist:
        cards.note("No clean price list was tried that keeps every limit: there is no shortlist.")
        return {"Search region": _region(found, legend)}
    best = found.shortlist[0]
    cards.heading(f"{numbers.counted(len(found.shortlist), 'price list')} to look at: {_best_words(best)}")
    listed, prices = _listed(search, found), _prices(found, legend)
    cards.table(listed, "price_change_shortlist", _RATED, legend)
    cards.note(
        "Rated again line by line: what is shown is to the cent. Pay more, pay less: by 0.1 percent or more. "
        "Open shows the list as edits of this page."
    )
    for number, one in enumerate(found.shortlist, start=1):
        if one.breaks:
            broken = " and ".join(_words(found, name, legend) for name in one.breaks)
            cards.note(f":material/report: Rated exactly, list {number} breaks a limit: {broken}.")
    headers = {"price": "Price", "was_price": "Today"} | {
        f"list_{n}": str(n) for n in range(1, len(prices.columns) - 1)
    }
    cards.table(prices, "price_change_shortlist_prices", headers, legend)
    return {"Search shortlist": listed, "Search prices": prices, "Search region": _region(found, legend)}


def _best_words(best: Rated) -> str:
    return (
        f"the first could move {numbers.change(best.could_usd)}, and {numbers.change(best.moved_usd)} of it would have "
        "moved by now"
    )


def _listed(search: Search, found: Searched) -> pd.DataFrame:
    lists = found.shortlist
    whole = found.baseline_usd
    return pd.DataFrame(
        {
            "label": [str(number) for number, _ in enumerate(lists, start=1)],
            "could_usd": frames.column(one.could_usd for one in lists),
            "moved_usd": frames.column(one.moved_usd for one in lists),
            "could_rate": frames.column(one.could_usd / whole if whole else None for one in lists),
            "pay_more": [one.pay_more for one in lists],
            "pay_less": [one.pay_less for one in lists],
            "sharpest_rate": frames.column(one.sharpest_rise for one in lists),
            "page_link": [search.link(one.edits) for one in lists],
        }
    )


def _prices(found: Searched, legend: Legend) -> pd.DataFrame:
    """A row per free price: today's, and every list's."""
    todays = found.answer.baseline.prices
    columns = {
        f"list_{number}": [numbers.unit_price(one.prices[name]) for name in todays]
        for number, one in enumerate(found.shortlist, start=1)
    }
    return pd.DataFrame(
        {
            "price": [_name(found.entries[name], legend) for name in todays],
            "was_price": [numbers.unit_price(Decimal(str(value))) for value in todays.values()],
            **columns,
        }
    )


# The limits


def _constraints(found: Searched, legend: Legend) -> Tables:
    binding = pd.DataFrame(
        {
            "constraint": [_capital(_words(found, one.name, legend)) for one in found.answer.binding],
            "measured_rate": [one.measure for one in found.answer.binding],
            "limit_rate": [one.limit for one in found.answer.binding],
            "relaxed_rate": [one.relaxed_by for one in found.answer.binding],
            "expected_gain": frames.column(_whole(one.gain) for one in found.answer.binding),
        }
    )
    cards.heading(_binding_words(found, legend))
    cards.table_or(binding, "price_change_binding", _BINDING, legend, "Every limit has room left.")
    if len(binding):
        cards.note(
            "Brings at least: what a short look behind the one limit found, all others kept; a lower bound, and 0 "
            "where it found nothing. A dash: not looked. Of a cap on a price and of a claim, Reached is the room left."
        )
    return {"Search limits": binding}


def _binding_words(found: Searched, legend: Legend) -> str:
    binding = [one for one in found.answer.binding if one.gain]
    if not found.answer.binding:
        return "No limit stops the best list found"
    opening = f"{numbers.counted(len(found.answer.binding), 'limit')} stop the best list found"
    if not binding:
        return opening
    dearest = max(binding, key=lambda one: one.gain or 0)
    words = _words(found, dearest.name, legend)
    gain = numbers.change(_dollars(dearest.gain))
    return f"{opening}; {numbers.points(dearest.relaxed_by)} of room for “{words}” bring at least {gain}"


def _undecided(answer: Answer) -> None:
    for one in answer.undecided:
        name = numbers.name(one.name)
        cards.sentence(
            f":material/help: Undecided, and not counted as kept: {cards.plain(name)} {cards.plain(one.why)}."
        )


def _nothing_fits(found: Searched, legend: Legend) -> Tables:
    """What excludes everything, and the list that comes nearest."""
    excluded = found.answer.excluded
    if excluded is None:
        return {}
    together = [_words(found, name, legend) for name in excluded.together]
    cards.sentence("No list tried keeps these together; without any one of them some list keeps the rest:")
    for words in together:
        cards.sentence(f"- {cards.plain(_capital(words))}")
    missed = [f"{_words(found, name, legend)} by {numbers.points(by)}" for name, by in excluded.broken.items()]
    change = numbers.change(_dollars(_change(found.answer, excluded.nearest.revenue)))
    cards.sentence(f"The nearest miss, at about {change}, misses {cards.plain(' and '.join(missed))}:")
    nearest = _candidate(found, excluded.nearest, legend)
    cards.table(
        nearest, "price_change_nearest", {"price": "Price", "was_price": "Today", "nearest": "Nearest miss"}, legend
    )
    return {"Search nearest miss": nearest}


def _candidate(found: Searched, one: Candidate, legend: Legend) -> pd.DataFrame:
    todays = found.answer.baseline.prices
    return pd.DataFrame(
        {
            "price": [_name(found.entries[name], legend) for name in todays],
            "was_price": [numbers.unit_price(Decimal(str(value))) for value in todays.values()],
            "nearest": [_price(one.prices[name]) for name in todays],
        }
    )


# Values in rows


def _region(found: Searched, legend: Legend) -> pd.DataFrame:
    """Every free price: lowest and highest in the region as a change from today's, and in words."""
    region = found.answer.region
    return pd.DataFrame(
        {
            "price": [_name(found.entries[one.name], legend) for one in region],
            "was_price": [_price(one.baseline) for one in region],
            "low": [one.low / one.baseline - 1 for one in region],
            "high": [one.high / one.baseline - 1 for one in region],
            "written": [f"{_price(one.low)} to {_price(one.high)}" for one in region],
        }
    )


def _front(found: Searched) -> pd.DataFrame:
    """The front, the most revenue first: share of bills that rise, sharpest rise, change of revenue."""
    front = found.answer.front
    return pd.DataFrame(
        {
            "share_up": [one.share_up for one in front],
            "sharpest_rise": [one.sharpest_rise for one in front],
            "change_usd": [_change(found.answer, one.revenue) for one in front],
        }
    )


def _marked(found: Searched) -> pd.DataFrame:
    lists, everybody = found.shortlist, max(found.customers, 1)
    return pd.DataFrame(
        {
            "label": [f"List {number}:" for number, _ in enumerate(lists, start=1)],
            "share_up": [one.pay_more / everybody for one in lists],
            "change_usd": [float(one.could_usd) for one in lists],
        }
    )


def _thinned(front: pd.DataFrame) -> pd.DataFrame:
    """As many points as a chart carries well, evenly taken, both ends among them."""
    if len(front) <= _DRAWN:
        return front
    return front.iloc[np.linspace(0, len(front) - 1, _DRAWN).astype(int)]


def _change(answer: Answer, revenue: float | None) -> float:
    """What revenue is more than the baseline's, both estimated alike."""
    return 0.0 if revenue is None else revenue - answer.baseline.revenue


def _dollars(estimate: float | None) -> Decimal:
    return Decimal(round(estimate or 0.0))


def _whole(estimate: float | None) -> Decimal | None:
    return None if estimate is None else Decimal(round(estimate))


def _price(value: float) -> str:
    """An estimated price: whole dollars, cents, or four decimals below a dollar."""
    return numbers.exact_money(Decimal(str(value)), 0 if value >= _WHOLE_FROM else 2 if value >= 1 else 4)


def _name(entry: FreeEntry, legend: Legend) -> str:
    band = f", band {entry.band}" if entry.band else ""
    rail = f" on {legend.name(entry.rail)}" if entry.rail else ""
    return f"{legend.name(entry.item)}{band}{rail}"


def _words(found: Searched, name: str, legend: Legend) -> str:
    """A constraint in words: its own, or the cap of a price by the price's name."""
    kind, _, price = name.partition(" ")
    if kind == "cap" and price in found.entries:
        return f"the cap on {_name(found.entries[price], legend)}"
    return found.words.get(name, name)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
