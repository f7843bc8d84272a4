"""A month as of one of its days, a customer's or a typed one: what was used, where it ends, what it really became."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd

from lib.contracts import Contract
from lib.desk import Desk
from lib.periods import month_end, month_of, months_between
from lib.simulator.allowances import RunOut, runs_out_on
from lib.simulator.bill import Bill
from lib.simulator.projection import COMPLETE, LARGEST, Days, Range, at_pace, month_end_range
from lib.simulator.readings import OtherReading
from lib.ui import curves, frames, records, stays
from lib.ui.curves import Curve
from lib.ui.stays import Stay

Usage = Mapping[str, Decimal]
WHOLE, NONE = Decimal(1), Decimal(0)


@dataclass(frozen=True)
class Month:
    """One month of usage as of the evening of a day; `became` is what it came to, where that is known.

    `days` is the usage by dimension and day, earlier months included; a typed month has none.
    """

    month: date
    as_of: date
    used: Usage
    ranges: Mapping[str, Range]
    became: Usage | None = None
    days: Mapping[str, Days] | None = None

    @property
    def is_over(self) -> bool:
        """Whether the day is the month's last, so that nothing is left to come."""
        return self.as_of == self.last_day

    @property
    def last_day(self) -> date:
        """The month's last day."""
        return month_end(self.month) - timedelta(1)

    @property
    def low(self) -> dict[str, Decimal]:
        """The quantities at the low end."""
        return {key: one.low for key, one in self.ranges.items()}

    @property
    def usage(self) -> dict[str, Decimal]:
        """The quantities in the middle; those of the month itself once it is over."""
        return {key: one.middle for key, one in self.ranges.items()}

    @property
    def high(self) -> dict[str, Decimal]:
        """The quantities at the high end."""
        return {key: one.high for key, one in self.ranges.items()}


@dataclass(frozen=True)
class OwnMonth:
    """One customer's month under the own contract: its bill at the month's end, and on the way there.

    `bill` and the others are None where no contract runs at the month's end, or its plan is in no book. `contracts` are
    those in force in the month by the day it is seen from, the running one last; `under` is the month as that one has
    it; `terms` are the months of a billed period of every contract by id. `line` is the bill as it stood on the evening
    of every recorded day.
    """

    customer_id: str
    name: str
    month: Month
    bill: Bill | None
    low: Bill | None
    high: Bill | None
    so_far: Bill | None
    became: Bill | None
    line: pd.DataFrame
    contracts: tuple[Contract, ...]
    terms: Mapping[str, int]
    under: Month
    invoiced: pd.DataFrame

    @property
    def is_private(self) -> bool:
        """Whether the running contract is a private offer."""
        return bool(self.contracts) and self.contracts[-1].offer is not None


def own_month(desk: Desk, customer_id: str, as_of: date) -> OwnMonth:
    """What a customer used in a month up to one of its days, where that ends, and what the contracts of it bill."""
    month, kept = customer_month(desk, customer_id, as_of), stays.of(desk, customer_id)

    def billed(usage: Usage | None, day: date) -> Bill | None:
        return None if usage is None else stays.own_bill(desk, kept, usage, day)

    shared = stays.sharing(kept, as_of)
    return OwnMonth(
        customer_id=customer_id,
        name=records.known(desk)[customer_id].name,
        month=month,
        bill=billed(month.usage, as_of),
        low=billed(month.low, as_of),
        high=billed(month.high, as_of),
        so_far=billed(month.used, as_of),
        became=billed(month.became, month.last_day),
        line=_line(desk, month, billed),
        contracts=tuple(one.contract for one in shared),
        terms={one.contract.contract_id: one.contract.months for one in kept},
        under=_under(desk, month, shared),
        invoiced=records.invoiced_for(desk, customer_id, month.month),
    )


def own_readings(desk: Desk, customer_id: str, as_of: date) -> tuple[OtherReading, ...]:
    """A customer's own bill at the middle of the month's end, under the other reading of every open setting."""
    usage = customer_month(desk, customer_id, as_of).usage
    return stays.readings(desk, stays.of(desk, customer_id), usage, as_of)


def own_curve(desk: Desk, customer_id: str, as_of: date, dimension: str) -> Curve | None:
    """The running contract's own line of a dimension; None where its plan or the dimension is in no book."""
    shared = stays.sharing(stays.of(desk, customer_id), as_of)
    month = _under(desk, customer_month(desk, customer_id, as_of), shared)
    contract = shared[-1].contract if shared else None
    book = stays.governing(desk, contract, as_of) if contract else None
    if contract is None or book is None or contract.tier not in book.tiers or dimension not in book.dimensions:
        return None
    return curves.own(book, contract, dimension, month.usage.get(dimension, NONE))


def _under(desk: Desk, month: Month, shared: Sequence[Stay]) -> Month:
    """A month as its running contract has it: without what earlier contracts of the month hold."""
    if len(shared) < 2:
        return month
    day, used = month.as_of, stays.used(desk.book, shared[-1].days, month.as_of)
    ends = {end: stays.rest(desk.book, shared, getattr(month, end), day) for end in ("low", "usage", "high")}
    ranges = {
        key: replace(one, low=ends["low"].get(key, NONE), middle=ends["usage"][key], high=ends["high"][key])
        for key, one in month.ranges.items()
        if key in ends["usage"]
    }
    return replace(month, used=used, ranges=ranges, became=None, days=shared[-1].days)


def customer_month(desk: Desk, customer_id: str, as_of: date) -> Month:
    """A customer's month up to one of its days; earlier months that were whole under contract tell of its pace."""
    month, days, usual = month_of(as_of), desk.usage_by_day(customer_id), desk.usual_shares(as_of.day)
    whole = _whole_months(desk, customer_id, month)
    used = stays.used(desk.book, days, as_of)
    ranges = {
        key: month_end_range(days[key], as_of, whole, desk.book.dimensions[key].is_metered, usual.get(key))
        for key in used
    }
    last = month_end(month) - timedelta(1)
    became = stays.used(desk.book, days, last) if last <= desk.recorded_on else None
    return Month(month, as_of, used, ranges, became, days)


def typed_month(desk: Desk, usage: Usage, day: int) -> Month:
    """Quantities used up to a day of the desk's newest month → where it ends at that pace; seats stay as they are."""
    month = month_of(desk.recorded_on)
    length, usual = (month_end(month) - month).days, desk.usual_shares(day)
    ranges = {}
    for key, used in usage.items():
        if day == length or not desk.book.dimensions[key].is_metered:
            ranges[key] = Range(used, used, used, COMPLETE if day == length else LARGEST)
        else:
            ranges[key] = at_pace(used, day, length, usual.get(key), WHOLE)
    return Month(month, month + timedelta(day - 1), usage, ranges)


def months_of(desk: Desk, customer_id: str) -> list[date]:
    """The months in which a contract of a customer ran, the newest first."""
    return stays.months_of(stays.of(desk, customer_id), desk.recorded_on)


def last_day(desk: Desk, month: date) -> date:
    """The last day of a month that recorded facts speak of."""
    return min(month_end(month) - timedelta(1), desk.recorded_on)


def run_outs(bill: Bill, month: Month, metered: Mapping[str, bool]) -> dict[str, RunOut]:
    """When each allowance of a bill runs out in a month, by dimension: on the way to where its middle ends."""
    days = month.days or {}
    return {
        key: runs_out_on(
            charge.allowance,
            month.month,
            month.as_of,
            month.used.get(key, NONE),
            days.get(key),
            metered[key],
            month.usage.get(key),
        )
        for key, charge in bill.charges.items()
    }


def _whole_months(desk: Desk, customer_id: str, before: date) -> list[date]:
    contracts = [one.contract for one in stays.of(desk, customer_id)]
    first = min((one.started_on for one in contracts), default=before)
    return [month for month in months_between(first, before) if all(map(_runs(contracts), _days(month)))]


def _runs(contracts: Sequence[Contract]) -> Callable[[date], bool]:
    return lambda day: any(one.runs_on(day) for one in contracts)


def _days(month: date) -> list[date]:
    return [month + timedelta(number) for number in range((month_end(month) - month).days)]


def _line(desk: Desk, month: Month, billed: Callable[[Usage, date], Bill | None]) -> pd.DataFrame:
    """The bill on the evening of each recorded day; `is_past` up to the day the month is seen from."""
    days = [day for day in _days(month.month) if day <= last_day(desk, month.month)]
    totals = [billed(stays.used(desk.book, month.days or {}, day), day) for day in days]
    shown = [(day, one.total) for day, one in zip(days, totals, strict=True) if one and one.total is not None]
    return pd.DataFrame(
        {
            "day": [day for day, _ in shown],
            "total_usd": frames.column(total for _, total in shown),
            "is_past": [day <= month.as_of for day, _ in shown],
        }
    )
