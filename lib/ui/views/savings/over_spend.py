"""The picture of the calculator: what a year saves over the model spend, against our price and the smallest deal."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from lib import charts, savings
from lib.charts import Series, Upright
from lib.money import EXACT
from lib.savings import End, Projection
from lib.ui import cards, frames, numbers
from lib.ui.views.savings import arithmetic

_MONTHS, _ROOM, _FAR = Decimal(12), Decimal("1.25"), 6  # a break-even beyond so many spends is said and not drawn
LOW, HIGH, PRICE, DEAL = "low", "high", "price", "deal"


@dataclass(frozen=True)
class Smallest:
    """A segment's smallest usual deal in USD of ARR, and the yearly model spend above which it begins, if it says."""

    label: str
    deal_from: Decimal
    spend_above: Decimal | None


def show(found: Projection, smallest: Smallest | None, is_told: bool) -> None:
    """Draw it; where no spend is told, or nothing is spent, it shows what another would save."""
    end = _end(found, smallest)
    points = list(_points(found, smallest, end))
    frame = pd.DataFrame(
        {
            "line": [key for key, _, _ in points],
            "spend": frames.column(at for _, at, _ in points),
            "usd": frames.column(amount for _, _, amount in points),
        }
    )
    figure = charts.bent_lines(
        frame,
        "spend",
        "usd",
        "line",
        series=_series(found, smallest),
        uprights=list(_uprights(found, smallest, end, is_told)),
        title=title(found, smallest),
        unit="USD",
        axis="model spend a year, in dollars",
    )
    cards.picture(figure, "savings_over_spend")


def title(found: Projection, smallest: Smallest | None) -> str:
    """From which spend on a year saves our price, or the smallest deal while no price is set."""
    low, high = found.low, found.high
    if high.break_even_monthly is not None and low.break_even_monthly is not None:
        price = numbers.money(found.ask.price_yearly)
        if not high.break_even_monthly.is_finite():
            return f"No spend saves our price of {price} a year at {arithmetic.rate(high.rate)}"
        at = numbers.money(_yearly(high))
        return f"A spend of {at} a year saves our price of {price} at the high end{_low_words(low)}"
    if smallest is None or not high.rate:
        return f"{numbers.money(found.high.saved_yearly)} a year is saved at the high end of the range"
    enough = numbers.money(EXACT.divide(smallest.deal_from, high.rate))
    deal = numbers.money(smallest.deal_from)
    rate = arithmetic.rate(high.rate)
    return f"It takes {enough} of model spend a year to save {deal}, the smallest deal, at {rate}, the high end"


def _low_words(low: End) -> str:
    at = _yearly(low)
    return f", one of {numbers.money(at)} at the low end" if at.is_finite() else "; none does at the low end"


def _yearly(end: End) -> Decimal:
    return EXACT.multiply(end.break_even_monthly or frames.ZERO, _MONTHS)


def _end(found: Projection, smallest: Smallest | None) -> Decimal:
    """How far the spend is drawn: past this prospect, the segment's threshold, and break-evens that are not far off."""
    seen = max(found.spend.yearly, (smallest.spend_above if smallest else None) or frames.ZERO)
    evens = [_yearly(end) for end in (found.low, found.high) if end.break_even_monthly is not None]
    near = [at for at in evens if at.is_finite() and (not seen or at <= _FAR * seen)]
    return EXACT.multiply(max([seen, *near]) or Decimal(1), _ROOM)


def _points(found: Projection, smallest: Smallest | None, end: Decimal) -> Iterator[tuple[str, Decimal, Decimal]]:
    for key, one in ((LOW, found.low), (HIGH, found.high)):
        yield from ((key, at, EXACT.multiply(at, one.rate)) for at in (frames.ZERO, end))
    price, shared = found.ask.price_yearly, found.ask.gain_share
    if price is not None and shared is not None:
        bends = [frames.ZERO, end]
        if shared.rate and found.high.rate:
            bend = EXACT.divide(EXACT.multiply(shared.above_monthly, _MONTHS), found.high.rate)
            bends = sorted({*bends, min(bend, end)})
        yield from ((PRICE, at, price + shared.yearly(EXACT.multiply(at, found.high.rate))) for at in bends)
    if smallest:
        yield from ((DEAL, at, smallest.deal_from) for at in (frames.ZERO, end))


def _series(found: Projection, smallest: Smallest | None) -> list[Series]:
    low, high = (arithmetic.rate(end.rate) for end in (found.low, found.high))
    shared = found.ask.gain_share not in (None, savings.NO_GAIN_SHARE)
    ours = "Our price and gain-share, high end" if shared else "Our price"
    deal = f"Smallest deal, {smallest.label}" if smallest else ""
    return [
        Series(HIGH, f"Saved at {high}", "blue"),
        Series(PRICE, ours, "vermilion"),
        Series(LOW, f"Saved at {low}", "sky"),
        Series(DEAL, deal, "grey"),
    ]


def _uprights(found: Projection, smallest: Smallest | None, end: Decimal, is_told: bool) -> Iterator[Upright]:
    if is_told:
        yield Upright(found.spend.yearly, f"this spend: {numbers.money(found.spend.yearly)}", is_now=True)
    for name, one in (("high", found.high), ("low", found.low)):
        if one.break_even_monthly is not None and _yearly(one) <= end:
            yield Upright(_yearly(one), f"breaks even at the {name} end: {numbers.money(_yearly(one))}")
    if smallest and smallest.spend_above is not None:
        above = numbers.money(smallest.spend_above)
        yield Upright(smallest.spend_above, f"{smallest.label} above {above}")
