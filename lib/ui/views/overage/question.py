"""What was asked and what it came to: everything the panels of the overage page show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from lib.catalog.book import Dimension
from lib.reconciliation import ParityLine
from lib.simulator.allowances import RunOut
from lib.simulator.bill import Bill
from lib.simulator.crossings import Crossing
from lib.simulator.readings import OtherReading
from lib.ui import months
from lib.ui.curves import Curve
from lib.ui.legends import Legend
from lib.ui.months import Month, OwnMonth, Usage
from lib.ui.views.overage import bills


@dataclass(frozen=True)
class Reads:
    """What a panel asks for when a reader looks closer: rail, plan, and for a curve the dimension; the own
    contract by customer and day, and what was invoiced by customer and month.
    """

    crossings: Callable[[Usage, str, str], Sequence[Crossing]]
    readings: Callable[[Usage, str, str], Sequence[OtherReading]]
    curve: Callable[[Usage, str, str, str], Curve]
    own_readings: Callable[[str, date], Sequence[OtherReading]]
    own_curve: Callable[[str, date, str], Curve | None]
    rated: Callable[[str, date], Sequence[ParityLine]]


@dataclass(frozen=True)
class Question:
    """A month on every plan, as of one of its days; `bills` are those of its end, in the middle of the range.

    `was` are the same bills on the baseline, empty where no scenario is laid.
    """

    rail: str
    month: Month
    own: OwnMonth | None
    bills: Sequence[Bill]
    low: Sequence[Bill]
    high: Sequence[Bill]
    became: Sequence[Bill]
    was: Sequence[Bill]
    dimensions: Mapping[str, Dimension]
    legend: Legend
    reads: Reads = field(repr=False)

    @property
    def served(self) -> list[Bill]:
        """The list plans of the rail that have a total, the cheapest first."""
        return bills.served(self.bills, self.rail)

    def readings(self, bill: Bill) -> Sequence[OtherReading]:
        """A bill under the other reading of every open setting: the own one by its contract, a plan's at list price."""
        if self.own and bill is self.contract:
            return self.reads.own_readings(self.own.customer_id, self.month.as_of)
        return self.reads.readings(self.month.usage, bill.rail, bill.plan_key)

    def curve(self, bill: Bill, dimension: str) -> Curve:
        """The list bills over a dimension, and the plan's line of it: of the own contract, that at its own terms."""
        listed = self.reads.curve(self.month.usage, bill.rail, bill.plan_key, dimension)
        if not self.own or bill is not self.contract:
            return listed
        own = self.reads.own_curve(self.own.customer_id, self.month.as_of, dimension)
        return replace(listed, line=own.line, marks=own.marks, cliffs=own.cliffs, used=own.used) if own else listed

    def month_of(self, bill: Bill) -> Month:
        """The month as a bill has it: a contract that was joined within the month has only its own part."""
        return self.own.under if self.own and bill is self.contract else self.month

    def run_outs(self, bill: Bill) -> dict[str, RunOut]:
        """When each allowance of a bill runs out, by dimension."""
        metered = {key: item.is_metered for key, item in self.dimensions.items()}
        return months.run_outs(bill, self.month_of(bill), metered)

    @property
    def contract(self) -> Bill | None:
        """The customer's own bill, where there is one with a total."""
        return self.own.bill if self.own and self.own.bill and self.own.bill.total is not None else None
