"""The prices nobody set, and how a founder sets them."""

import pandas as pd
import streamlit as st

from lib.ui import cards, numbers
from lib.ui.legends import Legend
from lib.ui.products import Sold

_HEADERS = {"what": "Not set", "path": "Key in a scenario"}


def show(sold: Sold, legend: Legend) -> None:
    """Every open price by name and path, and a scenario that would set them, to be copied."""
    if not sold.open:
        cards.heading("Every price and choice is set under these prices")
        return
    cards.heading(f"{numbers.counted(len(sold.open), 'price or choice', 'prices and choices')} nobody has set")
    cards.table(listing(sold), "catalogue_open", _HEADERS, legend)
    with st.expander("Set them in a scenario"):
        cards.sentence(
            "Save this under a name of your own in `data/products/scenarios`, with your numbers in place of the words: "
            "it is then in the list of prices above, and for the prospects of the savings page."
        )
        st.code(template(sold), language="toml")


def listing(sold: Sold) -> pd.DataFrame:
    """Every open price: what it is, and the key that sets it."""
    return pd.DataFrame({"what": [_words(sold, path) for path in sold.open], "path": list(sold.open)})


def template(sold: Sold) -> str:
    """A scenario with every open key, each still open: it can be saved as it is and changes nothing."""
    head = [
        'name     = "…"',
        'author   = "…"',
        'why      = "…"',
        f'baseline = "{sold.book.id}"',
        "",
    ]
    return "\n".join([*head, *(_line(path) for path in sold.open)])


def _line(path: str) -> str:
    return f'{path} = [{{ from = 0, unit_price = "not set" }}]' if path.endswith(".bands") else f'{path} = "not set"'


def _words(sold: Sold, path: str) -> str:
    section, key, _ = path.split(".")
    if section == "plans":
        return f"Platform fee of {sold.plan(key)}"
    if section == "dimensions":
        return f"Price of {sold.within(key)}"
    of = sold.book.packaging.alternatives[key].of
    return f"Which is billed: {' or '.join(sold.within(one) for one in of)}"
