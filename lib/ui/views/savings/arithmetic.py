"""The sum behind every number of the calculator, line by line, so that a prospect can work it out again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import pandas as pd

from lib import savings
from lib.money import EXACT, round_line
from lib.savings import Anchor, End, Part, Projection
from lib.ui import frames, numbers
from lib.ui.views.savings.typed import NOT_SET

MONTHS = "months_quantity"
HEADERS = {
    "what": "What",
    "how": "How it is worked out",
    "monthly_usd": "A month",
    "yearly_usd": "A year",
    MONTHS: "Months",
}
_TENTH = Decimal("0.1")
_MONTHS = Decimal(12)
_MODEL_SPEND, _PRICE = "Model spend", "Our price"
Amount = Decimal | None


@dataclass(frozen=True)
class Line:
    """One line: what it is, how it is worked out, and its exact value in USD a month and a year, or in months."""

    what: str
    how: str
    monthly: Amount = None
    yearly: Amount = None
    months: Amount = None


def saved(found: Projection, anchors: Sequence[Anchor]) -> tuple[Line, ...]:
    """What is spent and what of it is saved, the paper's own numbers among the rates."""
    return (*_spend(found), *_saved(found, anchors))


def left(found: Projection) -> tuple[Line, ...]:
    """What is paid for it and what is left, from which spend on, and after how long."""
    return (*_asked(found), *_left(found))


def without_spend(found: Projection) -> tuple[Line, ...]:
    """What can be worked out while no spend is set: what we ask, and the spend that saves it."""
    evens = (_break_even(found, name, end) for name, end in _ends(found))
    price = next(line for line in _asked(found) if line.what == _PRICE)
    return (Line(_MODEL_SPEND, NOT_SET), price, *evens)


def listed(told: Sequence[Line]) -> pd.DataFrame:
    """The lines as a table: amounts to the cent, months to a tenth."""
    return pd.DataFrame(
        {
            "what": [line.what for line in told],
            "how": [line.how for line in told],
            "monthly_usd": frames.column(_cents(line.monthly) for line in told),
            "yearly_usd": frames.column(_cents(line.yearly) for line in told),
            MONTHS: frames.column(_tenths(line.months) for line in told),
        }
    )


def values(line: Line) -> tuple[str, str]:
    """What a line comes to in words, a month and a year; months stand in the place of the first."""
    if line.months is not None:
        return f"{months(line.months)} months", ""
    if line.monthly is None:
        return (NOT_SET if line.how.startswith(NOT_SET) else "none"), ""
    return numbers.exact_money(line.monthly), "" if line.yearly is None else numbers.exact_money(line.yearly)


def months(number: Decimal) -> str:
    """Months to a tenth."""
    return f"{_tenths(number)}"


def rate(fraction: Decimal) -> str:
    """A rate with the decimals it has, two at the most: 10%, 12.5%."""
    return numbers.percent(fraction, 0 if fraction * 100 == (fraction * 100).to_integral_value() else 2)


def _spend(found: Projection) -> Iterator[Line]:
    spend = found.spend
    twelfth = f"{numbers.exact_money(spend.yearly)} ÷ 12"
    if spend.tokens is None:
        yield Line(_MODEL_SPEND, f"as told, or measured; a month is {twelfth}", spend.monthly, spend.yearly)
        return
    if spend.is_mix:
        for part in spend.parts:
            how = _paid(spend.tokens, part)
            yield Line(f"Paid to {part.provider.name}", how, part.monthly, EXACT.multiply(part.monthly, _MONTHS))
    how = "the sum of the providers" if spend.is_mix else _paid(spend.tokens, spend.parts[0])
    yield Line(_MODEL_SPEND, how, spend.monthly, spend.yearly)


def _paid(tokens: Decimal, part: Part) -> str:
    one = part.provider
    share = f"{rate(one.share)} of " if one.name else ""
    return f"{share}{numbers.quantity(tokens)} tokens ÷ 1,000,000 × {numbers.unit_price(one.usd_per_million)}"


def _saved(found: Projection, anchors: Sequence[Anchor]) -> Iterator[Line]:
    named = [(found.low, "low end"), (found.high, "high end"), *((found.at(one.rate), one.words) for one in anchors)]
    words: dict[Decimal, list[str]] = {}
    ends: dict[Decimal, End] = {}
    for end, name in named:
        words.setdefault(end.rate, []).append(name)
        ends[end.rate] = end
    for fraction in sorted(ends):
        end = ends[fraction]
        how = f"{numbers.exact_money(found.spend.monthly)} × {rate(fraction)}: {', '.join(words[fraction])}"
        yield Line(f"Saved at {rate(fraction)}", how, end.saved_monthly, end.saved_yearly)


def _asked(found: Projection) -> Iterator[Line]:
    price, yearly = found.ask.price_monthly, found.ask.price_yearly
    how = "a month is a twelfth of a year" if found.ask.told_yearly is not None else "a year is twelve months"
    yield Line(_PRICE, NOT_SET if price is None else how, price, yearly)
    shared = found.ask.gain_share
    if shared is None:
        yield Line("Gain-share", f"{NOT_SET}: our part and the threshold are both needed")
    elif shared != savings.NO_GAIN_SHARE:
        for name, end in _ends(found):
            how = f"{rate(shared.rate)} of what is saved above {numbers.exact_money(shared.above_monthly)} a month"
            ours = end.gain_share_monthly
            yield Line(f"Gain-share, {name}", how, ours, None if ours is None else shared.yearly(end.saved_yearly))


def _left(found: Projection) -> Iterator[Line]:
    for name, end in _ends(found):
        how = "saved − our price − gain-share" if _is_shared(found) else "saved − our price"
        yield Line(f"Net, {name}", NOT_SET if end.net_monthly is None else how, end.net_monthly, end.net_yearly)
    for name, end in _ends(found):
        yield _break_even(found, name, end)
    for name, end in _ends(found):
        yield _payback(found, name, end)


def _break_even(found: Projection, name: str, end: End) -> Line:
    at, price = end.break_even_monthly, found.ask.price_monthly
    what = f"Break-even spend, {name}"
    if at is None or price is None:
        return Line(what, NOT_SET)
    if at == savings.NEVER:
        return Line(what, "none: nothing is saved at this end")
    needed = found.ask.gain_share.needed(price) if found.ask.gain_share else price
    return Line(what, f"{numbers.exact_money(needed)} ÷ {rate(end.rate)}", at, EXACT.multiply(at, _MONTHS))


def _payback(found: Projection, name: str, end: End) -> Line:
    after, price = end.payback_months, found.ask.price_yearly
    what = f"A year's price is saved, {name}"
    if after is None or price is None:
        return Line(what, NOT_SET)
    if after == savings.NEVER:
        return Line(what, "never: nothing is saved at this end")
    kept = end.saved_monthly - (end.gain_share_monthly or frames.ZERO)
    within = "" if after < 12 else ", not within the year"
    how = f"{numbers.exact_money(price)} ÷ {numbers.exact_money(kept)} a month{within}"
    return Line(what, how, months=after)


def _ends(found: Projection) -> tuple[tuple[str, End], ...]:
    return ("low end", found.low), ("high end", found.high)


def _is_shared(found: Projection) -> bool:
    return found.ask.gain_share not in (None, savings.NO_GAIN_SHARE)


def _cents(amount: Amount) -> Amount:
    return None if amount is None else round_line(amount)


def _tenths(number: Amount) -> Amount:
    return None if number is None else number.quantize(_TENTH, ROUND_HALF_UP)
