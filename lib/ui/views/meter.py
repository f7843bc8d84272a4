"""What the marketplace's meter still takes of a month, what was never billed, and what nobody can take back."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import pandas as pd

from lib.money import total
from lib.rails import Metering
from lib.reconciliation import MeterLine
from lib.ui import cards, controls, frames, numbers
from lib.ui.legends import Legend

ASSUMPTIONS = (
    "An AWS rate card holds one price per dimension, no included quantity and no volume band: both are worked out by "
    "us, and the meter is told money in whole cents. What was sent can never be lowered.",
    "Seats are bought on the contract and never metered. What the meter was told is in the records it accepted; of a "
    "month that has none on record, what the marketplace invoiced stands for them.",
)
_AMOUNTS = ("rated", "metered", "due", "carried", "unsent", "uncorrectable", "invoiced")
_TEXTS = ("customer_id", "contract_id", "rail", "dimension", "month", "told_by")
_HEADERS = {
    "customer": "Customer",
    "dimension": "Dimension",
    "rated_usd": "Rated now",
    "metered_usd": "Metered so far",
    "told_by": "Known from",
    "due_usd": "To be metered",
    "carried_usd": "Carried",
    "unsent_usd": "Never billed",
    "uncorrectable_usd": "Cannot be taken back",
}


def asked_month(months: Sequence[date]) -> date | None:
    """Ask for a usage month, the newest until the reader chooses; None where nothing was ever metered."""
    if not months:
        return None
    names = {str(month): numbers.month(month) for month in months}
    return date.fromisoformat(controls.choice("sources_month", "Usage month on the meter", names))


def show(
    lines: Sequence[MeterLine],
    month: date | None,
    limits: Mapping[str, Metering],
    names: Mapping[str, str],
    legend: Legend,
) -> None:
    """The month's balance in a sentence, and every contract and dimension, what cannot be taken back first."""
    cards.heading(balance(lines, month))
    frame = listed(lines, names)
    cards.table_or(frame, "sources_meter", _HEADERS, legend, "No metered usage is on record for this month.")
    for label, one in limits.items():
        words = "cannot hold included quantities and volume bands, so we compute them and meter money"
        cards.note(f"The rate card of {cards.plain(label)} {words}. {_limit_words(one)}")


def balance(lines: Sequence[MeterLine], month: date | None) -> str:
    """What is left of a month: while it is open what still goes to the meter, afterwards what can no longer move."""
    if month is None:
        return "The marketplace's meter: no usage was metered"
    due, carried, unsent, lost = (_sum(lines, name) for name in ("due", "carried", "unsent", "uncorrectable"))
    told = f"The marketplace's meter, {numbers.month(month)}"
    if due or carried:
        back = f", {numbers.money(-carried)} sent too much is carried" if carried else ""
        return f"{told}: {numbers.money(due)} of its usage is not invoiced yet{back}"
    return f"{told}: {numbers.money(unsent)} owed was never billed, {numbers.money(lost)} billed cannot be taken back"


def listed(lines: Sequence[MeterLine], names: Mapping[str, str]) -> pd.DataFrame:
    """Every contract's month and dimension in dollars, in the order of the read: what is uncorrectable first."""
    frame = frames.table(lines, {name: name for name in _TEXTS})
    amounts = {f"{name}_usd": frames.column(getattr(line, name) for line in lines) for name in _AMOUNTS}
    who = [numbers.who(line.customer_id, names) for line in lines]
    return frame.assign(customer=who, **amounts)


def _sum(lines: Sequence[MeterLine], name: str) -> Decimal:
    return total(getattr(line, name) for line in lines)


def _limit_words(limits: Metering) -> str:
    """What a record and a month can hold, and where the texts about it differ."""
    largest = numbers.exact_money(Decimal(limits.largest_record) / 100)
    closing = f"{limits.closes_after_hours:02}:00 UTC on the 1st of the next month"
    first, *others = (
        f"{numbers.counted(one.hours, 'hour')} after use ({cards.plain(one.name)})" for one in limits.backlogs
    )
    differ = f"; other texts say {' and '.join(others)}" if others else ""
    return f"It takes no record above {largest}, nothing of a month after {closing}, and records up to {first}{differ}."
