"""How recurring revenue moved since the day compared with: by kind, and customer by customer."""

from collections.abc import Mapping

import pandas as pd

from lib import charts
from lib.money import round_line
from lib.revenue import monthly
from lib.scorecard import Crossings, Moved
from lib.ui import cards, frames, numbers
from lib.ui.legends import Legend

_KINDS = {
    "new": "New",
    "reactivation": "Came back",
    "expansion": "Expansion",
    "contraction": "Contraction",
    "churn": "Left",
}
_HEADERS = {
    "customer_name": "Customer",
    "movement": "Movement",
    "before_usd": "MRR before",
    "after_usd": "MRR now",
    "change_usd": "Change",
    "rail": "Rail",
    "persona": "Persona",
}
KEY = "scorecard_movement"


def words(found: Moved) -> str:
    """The headline's first part: MRR rose $19.6k to $409k since 30 Sep 2026."""
    rose = {True: "rose", False: "fell"}.get(found.change > 0) if found.change else None
    then, now = numbers.day(found.since), numbers.money(found.after)
    if not rose:
        return f"MRR stands at {now} as it did on {then}"
    return f"MRR {rose} {numbers.money(abs(found.change))} to {now} since {then}"


def show(found: Moved) -> None:
    """The waterfall: what came, what went, what is left of it; or that nothing moved."""
    by_kind = found.by_kind
    if not by_kind:
        cards.sentence(f"No customer's recurring revenue moved since {numbers.day(found.since)}.")
        return
    rows = pd.DataFrame(
        {
            "movement": [_KINDS[kind] for kind in by_kind],
            "change_usd": frames.column(amount for amount, _ in by_kind.values()),
        }
    )
    counted = ", ".join(f"{_KINDS[kind].lower()} {count}" for kind, (_, count) in by_kind.items())
    title = f"Recurring revenue moved by {numbers.change(found.change)} a month (customers: {counted})"
    cards.picture(charts.steps(rows, "movement", "change_usd", title=title, unit="USD", total="Change"), KEY)


def details(found: Moved, legend: Legend) -> None:
    """Everybody who moved, the largest amount first."""
    movers = listed(found)
    cards.heading(f"Who moved: {numbers.counted(len(movers), 'customer')}, the largest amount first")
    cards.table_or(movers, "scorecard_movers", _HEADERS, legend, "Nobody's recurring revenue moved.")


def listed(found: Moved) -> pd.DataFrame:
    """Movers as a table, amounts to the cent."""
    rows = found.movers
    amounts: Mapping[str, list[object]] = {
        "before_usd": [round_line(monthly(one.before)) for one in rows],
        "after_usd": [round_line(monthly(one.after)) for one in rows],
        "change_usd": [round_line(monthly(one.change)) for one in rows],
    }
    return pd.DataFrame(
        {
            "customer_id": [one.who.customer_id for one in rows],
            "customer_name": [one.who.name for one in rows],
            "movement": [_KINDS[one.kind] for one in rows if one.kind],
            **{name: frames.column(values) for name, values in amounts.items()},
            "rail": [one.who.rail for one in rows],
            "persona": [one.who.persona for one in rows],
            "product": [one.who.product for one in rows],
        }
    )


def crossed(found: Crossings) -> pd.DataFrame:
    """Every allowance that was crossed, as a table: quantities in the dimension's own unit."""
    rows = found.crossed
    return pd.DataFrame(
        {
            "customer_id": [one.customer_id for one in rows],
            "dimension": [one.dimension for one in rows],
            "was": [one.was for one in rows],
            "becomes": [one.becomes for one in rows],
            "month": [one.row.month for one in rows],
            "used_quantity": frames.column(one.row.used for one in rows),
            "allowance_quantity": frames.column(one.row.allowance for one in rows),
            "overage_usd": frames.column(one.row.overage_usd for one in rows),
            "rail": [one.row.rail for one in rows],
            "tier": [one.row.tier for one in rows],
        }
    )
