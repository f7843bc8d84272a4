"""A page as a test sees it: opened through the front door, in process, by its name."""

import re

from streamlit.testing.v1 import AppTest

from lib.ui.cards import WORD_JOINER

SECONDS = 60


def front_door(page: str) -> None:
    """What runs inside the tested app: the whole shell, landing on one page."""
    from app import main

    main(page)


def opened(page: str, **address: str) -> AppTest:
    """A page, opened with what its address carries."""
    app = AppTest.from_function(front_door, args=(page,), default_timeout=SECONDS)
    for key, value in address.items():
        app.query_params[key] = value
    return app.run()


def headline(app: AppTest) -> str:
    """The finding, as a reader sees it: without the escapes of markdown."""
    return seen(app.title[0].value)


def seen(markdown: str) -> str:
    """Markdown as a reader sees it: without escapes, and without what only keeps a sign and its dollars together."""
    return re.sub(r"\\(.)", r"\1", markdown).replace(WORD_JOINER, "")


def value(app: AppTest, label: str) -> str:
    """What a card shows."""
    [card] = [card for card in app.metric if card.label == label]
    return str(card.value)


def said(app: AppTest) -> str:
    """Everything written on the page, without the escapes of markdown."""
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.code, *app.error]
    return seen("\n".join(str(part.value) for part in parts))
