"""Inputs that are typed as people say them, 1.2bn or $2.40; each stands in the address as it was typed."""

from collections.abc import Callable
from decimal import Decimal

import streamlit as st

from lib import savings
from lib.savings.typed import number
from lib.ui import cards

NOT_SET = "not set"
Read = Callable[[str, str], Decimal]


def text(key: str, label: str, usual: str = NOT_SET, why: str = "", start: str = "") -> str:
    """A line of text as it was typed, without the spaces around it; `usual` stands in grey where nothing is."""
    told = cards.plain(why) if why else None
    typed = st.text_input(label, start, key=key, bind="query-params", placeholder=usual, help=told)
    return (typed or "").strip()


def value(typed: str, name: str, read: Read = number, most: Decimal = savings.NEVER) -> Decimal | None:
    """What was typed → the number, zero to `most`; None where nothing was, which is not set and never zero.

    Each is refused by itself: what it would be told with need not be set.
    """
    if not typed or typed.lower() == NOT_SET:
        return None
    found = read(typed, name)
    savings.within(found, most, name)
    return found
