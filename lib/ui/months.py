"""A month as of one of its days, a customer's or a typed one: what was used, where it ends, what it really became."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pandas as pd

from lib.catalog.book import Book
from lib.contracts import Contract
from lib.desk import Desk
from lib.periods import month_end, month_of, months_between
from lib.simulator.allowances import RunOut, runs_out_on
from lib.simulator.bill import Bill, contract_bill
from lib.simulator.projection import COMPLETE, LARGEST, Days, Range, at_pace, month_end_range, used_by
from lib.ui import frames, records

Usage = Mapping[str, Decimal]
WHOLE = Decimal(1)


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

    `bill` and the others are None where no contract runs at the month's end, or its plan is in no book. `line` is the
    bill as it stood on the evening of every recorded day.
    """

    name: str
    month: Month
    bill: Bill | None
    low: Bill | None
    high: Bill | None
    so_far: Bill | None
    became: Bill | None
    line: pd.DataFrame
    is_private: bool
    invoiced: pd.DataFrame


def own_month(desk: Desk, customer_id: str, as_of: date) -> OwnMonth:
    """What a customer used in a month up to one of its days, where that ends, and what the contract of it bills."""
    month = customer_month(desk, customer_id, as_of)
    contract = _contract(desk, customer_id, month.month)

    def billed(usage: Usage | None) -> Bill | None:
        if contract is None or usage is None:
            return None
        return contract_bill(desk.books, contract, month.month, usage, desk.reach)

    return OwnMonth(
        name=records.known(desk)[customer_id].name,
        month=month,
        bill=billed(month.usage),
        low=billed(month.low),
        high=billed(month.high),
        so_far=billed(month.used),
        became=billed(month.became),
        line=_line(desk, month, billed),
        is_private=contract is not None and contract.offer is not None,
        invoiced=records.invoiced_for(desk, customer_id, month.month),
    )


def customer_month(desk: Desk, customer_id: str, as_of: date) -> Month:
    """A customer's month up to one of its days; earlier months that were whole under contract tell of its pace."""
    month, days, usual = month_of(as_of), desk.usage_by_day(customer_id), desk.usual_shares(as_of.day)
    whole = _whole_months(desk, customer_id, month)
    used = _used(desk.book, days, as_of)
    ranges = {
        key: month_end_range(days[key], as_of, whole, desk.book.dimensions[key].is_metered, usual.get(key))
        for key in used
    }
    last = month_end(month) - timedelta(1)
    became = _used(desk.book, days, last) if last <= desk.recorded_on else None
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
    """The months in which a customer had a contract, the newest first."""
    ends = [one.ended_on or desk.recorded_on for one in _contracts(desk, customer_id)]
    starts = [one.started_on for one in _contracts(desk, customer_id)]
    return months_between(min(starts), month_end(max(ends)))[::-1]


def last_day(desk: Desk, month: date) -> date:
    """The last day of a month that recorded facts speak of."""
    return min(month_end(month) - timedelta(1), desk.recorded_on)


def run_outs(bill: Bill, month: Month, metered: Mapping[str, bool]) -> dict[str, RunOut]:
    """When each allowance of a bill runs out in a month, by dimension."""
    days = month.days or {}
    return {
        key: runs_out_on(charge.allowance, month.month, month.as_of, month.used[key], days.get(key), metered[key])
        for key, charge in bill.charges.items()
    }


def _contracts(desk: Desk, customer_id: str) -> list[Contract]:
    return [one for one in desk.population.contracts.values() if one.customer_id == customer_id]


def _contract(desk: Desk, customer_id: str, month: date) -> Contract | None:
    """The newest contract that had begun by the month's end."""
    begun = [one for one in _contracts(desk, customer_id) if one.started_on < month_end(month)]
    return max(begun, key=lambda one: one.started_on, default=None)


def _whole_months(desk: Desk, customer_id: str, before: date) -> list[date]:
    contracts = _contracts(desk, customer_id)
    first = min((one.started_on for one in contracts), default=before)
    return [month for month in months_between(first, before) if all(map(_runs(contracts), _days(month)))]


def _runs(contracts: Sequence[Contract]) -> Callable[[date], bool]:
    return lambda day: any(one.runs_on(day) for one in contracts)


def _days(month: date) -> list[date]:
    return [month + timedelta(number) for number in range((month_end(month) - month).days)]


def _used(book: Book, days: Mapping[str, Days], as_of: date) -> dict[str, Decimal]:
    """What a month holds up to a day, by dimension in the book's order; what was not used at all is left out."""
    summed = {key: used_by(days[key], as_of, item.is_metered) for key, item in book.dimensions.items() if key in days}
    return {key: used for key, used in summed.items() if used}


def _line(desk: Desk, month: Month, billed: Callable[[Usage | None], Bill | None]) -> pd.DataFrame:
    """The bill on the evening of each recorded day; `is_past` up to the day the month is seen from."""
    days = [day for day in _days(month.month) if day <= last_day(desk, month.month)]
    totals = [billed(_used(desk.book, month.days or {}, day)) for day in days]
    shown = [(day, one.total) for day, one in zip(days, totals, strict=True) if one and one.total is not None]
    return pd.DataFrame(
        {
            "day": [day for day, _ in shown],
            "total_usd": frames.column(total for _, total in shown),
            "is_past": [day <= month.as_of for day, _ in shown],
        }
    )
