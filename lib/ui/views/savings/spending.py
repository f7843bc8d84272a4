"""What is known of a prospect's model spend: tokens and a price, a mix of providers, or the spend itself.

What is not typed is not set. Where nobody is named and nothing is typed the example stands in, and is called one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from lib import savings
from lib.money import EXACT
from lib.savings import Facts, Provider, Spend
from lib.savings.typed import share
from lib.ui import controls, numbers
from lib.ui.views.savings import typed

TOKENS, MIX, TOLD, MEASURED = "tokens", "mix", "told", "measured"
_MEASURED = {MEASURED: "Measured"}
_WAYS = {TOKENS: "Tokens and a price", MIX: "A mix of providers", TOLD: "The spend"}
_PROVIDERS = {"2": "2", "3": "3", "4": "4", "5": "5"}
_HUNDRED, _MONTHS = 100, Decimal(12)
_HOW = "As people say it: 1.2bn, 800m or 1,200,000,000."


@dataclass(frozen=True)
class Told:
    """What was told of a spend: the spend, or in words what of it is missing; `is_example` where it is nobody's."""

    spend: Spend | None
    missing: tuple[str, ...] = ()
    is_example: bool = False


Read = Callable[[], Told]


def way(measured: Decimal | None) -> str:
    """What is known of a spend; one that was measured goes before what anybody tells."""
    return controls.one_of("savings_by", "What is known of the spend", {**(_MEASURED if measured else {}), **_WAYS})


def drawn(facts: Facts, way: str, is_named: bool, measured: Decimal | None) -> Read:
    """Draw the inputs of a spend → what reads them, once every input of the page stands; refused in a sentence.

    `is_named` says whether it is somebody's spend, for whom no example stands in; `measured` is theirs of a month.
    """
    if way == MEASURED and measured is not None:
        return lambda: Told(Spend(measured, EXACT.multiply(measured, _MONTHS)))
    if way == TOKENS:
        return _tokens(facts, is_named)
    return _mix(facts) if way == MIX else _told(facts)


def _tokens(facts: Facts, is_named: bool) -> Read:
    left, right = st.columns(2)
    example = facts.example
    with left:
        usual = _example(numbers.quantity(example["tokens_per_month"]), is_named)
        used = typed.text("savings_tokens", "Tokens a month", usual, _HOW)
    with right:
        price = _example(numbers.exact_money(example["usd_per_million_tokens"]), is_named)
        each = typed.text("savings_per_million", "Dollars per million tokens, on average", price)
    if not used and not each and not is_named:
        return lambda: Told(facts.example_spend, is_example=True)
    return lambda: _of_tokens(facts, used, each)


def _of_tokens(facts: Facts, used: str, each: str) -> Told:
    most = facts.limits
    tokens = typed.value(used, "tokens per month", most=most.tokens_per_month)
    paid = typed.value(each, "the price per million tokens", most=most.usd_per_million_tokens)
    if tokens is None or paid is None:
        return Told(None, _missing({"tokens a month": tokens, "dollars per million tokens": paid}))
    return Told(savings.of_tokens(tokens, paid, facts.limits))


def _mix(facts: Facts) -> Read:
    left, right = st.columns(2)
    with left:
        used = typed.text("savings_tokens", "Tokens a month", why=_HOW)
    with right:
        count = int(controls.one_of("savings_providers", "Providers", _PROVIDERS))
    rows = [_row(place, start) for place, start in enumerate(_even(count), 1)]
    return lambda: _of_mix(facts, used, rows)


def _row(place: int, start: str) -> tuple[str, str, str]:
    """The inputs of one provider: its name, its share in percent, its price of a million tokens."""
    left, middle, right = st.columns(3)
    usual = f"Provider {place}"
    with left:
        name = typed.text(f"savings_provider_{place}", f"Provider {place}", usual) or usual
    with middle:
        part = typed.text(f"savings_share_{place}", "Share of the tokens, in percent", start=start)
    with right:
        each = typed.text(f"savings_per_million_{place}", "Dollars per million tokens")
    return name, part, each


def _of_mix(facts: Facts, used: str, rows: Sequence[tuple[str, str, str]]) -> Told:
    most = facts.limits
    tokens = typed.value(used, "tokens per month", most=most.tokens_per_month)
    needed, providers = {"tokens a month": tokens}, []
    for name, part, each in rows:
        whole = typed.value(part, f"the share of {name}", share)
        price = typed.value(each, f"the price per million tokens of {name}", most=most.usd_per_million_tokens)
        needed |= {f"the share of {name}": whole, f"the price of {name}": price}
        if whole is not None and price is not None:
            providers.append(Provider(name, whole, price))
    if tokens is None or len(providers) < len(rows):
        return Told(None, _missing(needed))
    return Told(savings.of_mix(tokens, providers, facts.limits))


def _told(facts: Facts) -> Read:
    told = typed.text("savings_spend", "Model spend a year, in dollars", why="As people say it: 250k or 1.2m.")
    return lambda: _as_told(facts, typed.value(told, "the model spend per year"))


def _as_told(facts: Facts, yearly: Decimal | None) -> Told:
    return Told(None, ("the model spend of a year",)) if yearly is None else Told(savings.as_told(yearly, facts.limits))


def _even(count: int) -> list[str]:
    """Equal parts in percent, the first with what is left of a hundred."""
    even = _HUNDRED // count
    return [str(_HUNDRED - even * (count - 1)), *[str(even)] * (count - 1)]


def _missing(needed: Mapping[str, Decimal | None]) -> tuple[str, ...]:
    return tuple(name for name, number in needed.items() if number is None)


def _example(words: str, is_named: bool) -> str:
    return typed.NOT_SET if is_named else f"{words}, an example"
