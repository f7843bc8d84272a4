"""The search on the page: nothing runs unasked, a stop is a stop, no search is left behind, and no list is the best."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qs

import pytest
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from lib.desk import Desk, Searched, search_prices, searching
from lib.search import Settings
from lib.ui import searches
from tests.pages.visit import SECONDS, said

WAIT = 30  # seconds; a search of the sample takes one or two
Progress = Callable[[float], bool]


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """In-process tests share one visit: it ends with each, and with it its search."""
    yield
    end_of_visit()
    for thread in on_their_way():
        thread.join(WAIT)
    assert not on_their_way()


def end_of_visit() -> None:
    """What Streamlit does when a reader's connection ends."""
    clear_session_resource_cache("test session id")


def on_their_way() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "price search"]


def panel(months: int) -> None:
    """What runs inside the tested app: the panel alone."""
    from lib.ui import data, opening
    from lib.ui import searches as door
    from lib.ui.changing import Asked
    from lib.ui.views.price_change import search

    opening.open_run()
    search.show(door.search(Asked(None, months=months)), data.legend())


def opened(months: int = 12) -> AppTest:
    return AppTest.from_function(panel, args=(months,), default_timeout=SECONDS).run()


def press(app: AppTest, label: str) -> AppTest:
    [button] = [button for button in app.button if button.label == label]
    return button.click().run()


def waited(app: AppTest) -> AppTest:
    """The page as the next look at the search has it, once the search is over."""
    for thread in on_their_way():
        thread.join(WAIT)
    return app.run()


class Gate:
    """A search that waits in its first batch until it is let through, so that a test is faster than it."""

    def __init__(self) -> None:
        self.reached, self.through = threading.Event(), threading.Event()
        self.found: list[Searched] = []

    def search(self, desk: Desk, months: int, progress: Progress) -> Searched:
        def slow(share: float) -> bool:
            self.reached.set()
            assert self.through.wait(WAIT)
            return progress(share)

        self.found.append(search_prices(desk, months, slow))
        return self.found[-1]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    gate = Gate()
    monkeypatch.setattr(searches, "search_prices", gate.search)
    yield gate
    gate.through.set()


def test_nothing_runs_until_the_reader_asks() -> None:
    app = opened()
    assert not app.exception and [button.label for button in app.button] == ["Start the search"]
    assert "Seed 20261120" in said(app) and "Nothing runs until you ask." in said(app)
    app.run()
    assert not on_their_way()


def test_a_search_is_told_as_a_region_and_a_shortlist_and_no_list_is_the_best(desk: Desk) -> None:
    app = waited(press(opened(), "Start the search"))
    assert not app.exception
    found, words = search_prices(desk, 12), said(app)
    assert "There is no single best price" in words and "The surface is flat" in words
    assert f"{found.answer.region_size:,} price lists" in words
    lists, prices = app.dataframe[0].value, app.dataframe[1].value
    assert list(lists["could_usd"]) == [float(one.could_usd) for one in found.shortlist]
    assert list(lists["pay_more"]) == [one.pay_more for one in found.shortlist]
    link = parse_qs(lists["page_link"][0].removeprefix("?"))
    assert link["price_change_edits"] == [found.shortlist[0].edits] and link["price_change_months"] == ["12"]
    assert len(prices) == len(found.settings.free)
    assert "Reached" in [column["label"] for column in columns(app, 2).values() if column.get("label")]


def columns(app: AppTest, at: int) -> dict[str, dict[str, str]]:
    import json

    found: dict[str, dict[str, str]] = json.loads(app.dataframe[at].proto.columns)
    return found


def test_its_page_says_what_the_shortlist_says() -> None:
    from tests.pages.visit import opened as page
    from tests.pages.visit import value

    app = waited(press(opened(), "Start the search"))
    lists = app.dataframe[0].value
    address = {key: values[0] for key, values in parse_qs(lists["page_link"][0].removeprefix("?")).items()}
    shown = page("price_change", **address)
    assert not shown.exception
    [more] = [card for card in shown.metric if card.label == "Pay more"]
    assert more.delta == f"of {lists['pay_more'][0]}"  # the shortlist has everybody reached
    assert value(shown, "Could move") == f"+${round(Decimal(str(lists['could_usd'][0])) / 1000)}k"
    assert value(shown, "Moved") == f"+${round(Decimal(str(lists['moved_usd'][0])) / 1000)}k"


def test_stop_stops_and_what_was_found_is_called_a_part(gate: Gate) -> None:
    app = press(opened(), "Start the search")
    assert gate.reached.wait(WAIT)
    app = press(app.run(), "Stop")
    assert [button.label for button in app.button] == ["Stop"]  # until it has heard
    gate.through.set()
    app = waited(app)
    assert gate.found[0].answer.stopped and gate.found[0].answer.evaluations == 257
    assert re.search(r"Stopped after 257 of about [\d,]+ price lists", app.warning[0].value)
    assert [button.label for button in app.button] == ["Search again"]


def test_another_search_and_other_months_stop_the_one_before(gate: Gate) -> None:
    press(opened(12), "Start the search")
    assert gate.reached.wait(WAIT)
    gate.reached.clear()
    app = opened(6)  # nobody sees the other one any more
    assert [button.label for button in app.button] == ["Start the search"]
    press(app, "Start the search")
    assert gate.reached.wait(WAIT) and len(on_their_way()) == 2
    gate.through.set()
    waited(app)
    assert sorted((one.manifest.months, one.answer.stopped) for one in gate.found) == [(6, False), (12, True)]


def test_the_end_of_a_visit_stops_its_search(gate: Gate) -> None:
    press(opened(), "Start the search")
    assert gate.reached.wait(WAIT)
    end_of_visit()
    gate.through.set()
    for thread in on_their_way():
        thread.join(WAIT)
    assert gate.found[0].answer.stopped


def test_nothing_fits_names_what_excludes_everything_and_the_nearest_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tier 90 times as dear as the one below it, and no bill up by more than 1 %: the first alone excludes all."""
    limits = {"tier_order": Decimal(90), "sharpest_rise": Decimal("0.01")}

    def strict(desk: Desk) -> Settings:
        settings = usual(desk)
        kept = [replace(one, limit=limits[one.kind]) for one in settings.limits if one.kind in limits]
        few = replace(settings.run, cloud=256, refine=256, relax=128)
        return replace(settings, limits=tuple(kept), run=few)

    usual = searching.search_settings
    monkeypatch.setattr(searching, "search_settings", strict)
    words = said(waited(press(opened(), "Start the search")))
    assert "Nothing fits: none of" in words
    assert "- How much dearer each tier is than the one below it" in words
    assert "- The sharpest rise of a bill" not in words
    assert "The nearest miss" in words


def test_a_search_that_is_refused_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Searched:
        from lib.search import SearchError

        raise SearchError("data/search.toml frees no price; name one at least under [[free]]")

    monkeypatch.setattr(searches, "search_prices", refuse)
    app = waited(press(opened(), "Start the search"))
    assert not app.exception and "frees no price" in app.error[0].value
    assert [button.label for button in app.button] == ["Start the search"]


def test_the_panel_belongs_to_its_page(monkeypatch: pytest.MonkeyPatch) -> None:

    monkeypatch.setenv("PRICING_DESK_ROLE", "sales")
    assert opened().exception
