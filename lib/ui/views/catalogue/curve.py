"""What a month costs on every plan as usage grows, up to where a tier refuses more."""

from decimal import Decimal
from itertools import cycle

import pandas as pd

from lib import charts
from lib.catalog.names import plural
from lib.ui import cards, numbers, products
from lib.ui.products import Sold
from lib.ui.views.catalogue.asking import Asked

_COLOURS = ("sky", "blue", "green", "vermilion", "orange", "purple")
_ROOM = Decimal("1.5")  # as far again beyond the last limit, or the month, as half of it


def show(sold: Sold, asked: Asked) -> pd.DataFrame:
    """A line per plan, the limits and the month as uprights; the points as a table."""
    key = _counted(sold)
    typed = asked.usage.get(key, Decimal(0))
    limits = _limits(sold, key)
    end = max([typed, *limits.values()], default=typed) * _ROOM
    points = products.curve(sold, asked.usage, key, end) if end else []
    frame = pd.DataFrame(points, columns=["plan", "quantity", "total_usd"]).astype(object)
    own = [point.total for point in points if point.plan == asked.plan]
    if len({point.plan for point in points}) > 1 and own:
        _draw(sold, asked, key, frame, {**limits}, typed, (min(own), max(own), end))
    return frame.assign(plan=[sold.plan(one) for one in frame["plan"]])


def _draw(
    sold: Sold,
    asked: Asked,
    key: str,
    frame: pd.DataFrame,
    limits: dict[str, Decimal],
    typed: Decimal,
    reach: tuple[Decimal, Decimal, Decimal],
) -> None:
    least, most, end = reach
    colours = dict(zip(sold.book.plans, cycle(_COLOURS), strict=False))
    drawn = set(frame["plan"])
    series = [charts.Series(plan, sold.plan(plan), colour) for plan, colour in colours.items() if plan in drawn]
    uprights = [charts.Upright(at, f"{sold.plan(plan)} holds {_short(at)}") for plan, at in limits.items()]
    uprights += [charts.Upright(typed, f"this month: {_short(typed)}", is_now=True)] if typed else []
    unit = plural(sold.book.dimensions[key].unit)
    spread = numbers.exact_money(least) if least == most else f"{numbers.money(least)} to {numbers.money(most)}"
    title = f"{sold.plan(asked.plan)} costs {spread} a month up to {_short(end)} {unit}"
    figure = charts.bent_lines(
        frame,
        "quantity",
        "total_usd",
        "plan",
        series=series,
        uprights=uprights,
        title=title,
        unit="USD",
        axis=f"{sold.dimension(key)} a month",
    )
    cards.picture(figure, "catalogue_curve")


def _counted(sold: Sold) -> str:
    """The dimension whose growth is shown: the count that is billed, else the first of the book."""
    billed = [one.billed for one in sold.book.packaging.alternatives.values() if one.billed]
    return billed[0] if billed else next(iter(sold.book.dimensions))


def _limits(sold: Sold, key: str) -> dict[str, Decimal]:
    """What each plan's tier includes or buys ahead; of tiers that hold the same the first."""
    held = {plan.key: sold.book.allowance(products.RAIL, plan.tier, key).quantity for plan in sold.book.plans.values()}
    found = {quantity: plan for plan, quantity in reversed(held.items()) if quantity}
    return {plan: quantity for quantity, plan in sorted(found.items())}


def _short(quantity: Decimal) -> str:
    return numbers.money(quantity).removeprefix("$")
