"""What others sell through us, shared: our part under the reading on file, and under the other one."""

import pandas as pd

from lib.ui import cards, controls, frames, numbers, products
from lib.ui.legends import Legend
from lib.ui.products import Sold

_HEADERS = {"reading": "Ours", "ours_usd": "Ours, USD", "theirs_usd": "Theirs, USD", "gross_usd": "Sold, USD"}


def show(sold: Sold, legend: Legend) -> pd.DataFrame:
    """Ask what was sold, show both parts; → the table, empty where the product shares nothing."""
    share = sold.book.packaging.revenue_share
    if share is None:
        return pd.DataFrame(columns=list(_HEADERS))
    parts = " to ".join(numbers.percent(part, 0) for part in share.parts)
    cards.heading(f"{share.name}: {parts}, {numbers.percent(share.our_rate, 0)} of it ours")
    gross = controls.quantity("catalogue_sold", "Sold through us this month, in dollars", frames.ZERO, "dollar")
    readings = sorted(set(share.parts), key=lambda part: part != share.our_rate)
    split = [products.shares(gross, rate) for rate in readings]
    frame = pd.DataFrame(
        {
            "reading": [
                f"{numbers.percent(rate, 0)}, {'our reading' if rate == share.our_rate else 'the other reading'}"
                for rate in readings
            ],
            "ours_usd": frames.column(one.ours for one in split),
            "theirs_usd": frames.column(one.theirs for one in split),
            "gross_usd": frames.column(gross for _ in split),
        }
    )
    cards.table(frame, "catalogue_shares", _HEADERS, legend)
    cards.note(
        f"{cards.plain(share.source)}. It does not say whose the larger part is. Ours is rounded to the cent, half "
        "away from zero; the rest is theirs, so that both add up."
    )
    return frame
