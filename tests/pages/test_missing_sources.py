"""Every page with each source missing in turn: no traceback, and no headline that takes what is missing for a zero."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.test_every_page import PAGES
from tests.pages.visit import headline, said

SOURCES = ("company", "crm", "marketplace", "metering", "plans_db", "stripe")
AN_AMOUNT_OF_ZERO = re.compile(r"(?<![\d.,])\$0(?!\.?\d)")
# Pages whose whole answer rests on a source: they name it, and the command that brings it.
NEEDED = {"crm": ("persona_mix", "pipeline", "segments"), "metering": ("price_change",)}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("source", SOURCES)
def test_a_missing_source_is_never_a_zero(seen_without: Callable[..., AppTest], page: str, source: str) -> None:
    app = seen_without(page, source)
    assert not app.exception
    amounts = AN_AMOUNT_OF_ZERO.search(headline(app)) if app.title else None
    assert not amounts or not app.metric, headline(app)
    if page in NEEDED.get(source, ()) or (source == "plans_db"):
        assert f"python -m lib pull --only {source}" in said(app)


@pytest.mark.parametrize("page", PAGES)
def test_without_either_rail_no_page_breaks(seen_without: Callable[..., AppTest], page: str) -> None:
    app = seen_without(page, "marketplace", "stripe")
    assert not app.exception
    assert app.title or app.error
