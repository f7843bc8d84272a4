"""What was invoiced: base fees, upgrade credits and overage, in whole cents, from the price lists alone."""

from dataclasses import dataclass
from datetime import date

from world import overage
from world.contract import Contract
from world.pricelist import CENTS, HUNDREDTHS, rounded
from world.setting import Setting
from world.usage import Cells, Ints


@dataclass(frozen=True)
class Line:
    """One invoice line; `end` is exclusive; `key` is a plan key or a dimension."""

    contract: Contract
    kind: str
    key: str
    start: date
    end: date
    cents: int
    quantity: int = HUNDREDTHS


@dataclass(frozen=True)
class Invoice:
    """The lines one contract was billed on one day."""

    contract: Contract
    invoiced_on: date
    lines: list[Line]

    @property
    def cents(self) -> int:
        """Total of the rounded lines."""
        return sum(line.cents for line in self.lines)


def invoices(setting: Setting, contracts: list[Contract], grid: Cells, billable: Ints) -> list[Invoice]:
    """Bill everything up to `as_of`, oldest first."""
    rows = _base_invoices(setting, contracts) + _usage_invoices(setting, contracts, grid, billable)
    return sorted(rows, key=lambda row: (row.invoiced_on, row.contract.customer.number, row.contract.serial))


def base_cents(setting: Setting, contract: Contract, on: date) -> int:
    """Give the base fee of a period that starts on a day."""
    if contract.offer_id:
        return contract.offer_cents
    if contract.tier == "deleted":
        return int(setting.recipe["faults"]["deleted_plan"]["price"]) * CENTS
    position = 0 if contract.is_kept_at_old_price else setting.prices.after_wait(contract.started, on)
    return setting.prices.lists[position].plan_cents[contract.plan_key]


def _base_invoices(setting: Setting, contracts: list[Contract]) -> list[Invoice]:
    """Bill every period on its first day; the first after an upgrade carries the old plan's credit."""
    rows: list[Invoice] = []
    owed: dict[tuple[int, date], list[Line]] = {}
    for contract in contracts:
        bases = [_base(setting, contract, *period) for period in contract.periods(setting.window)]
        credit = owed.pop((contract.customer.number, contract.started), [])
        rows.append(Invoice(contract, contract.started, [bases[0], *credit]))
        rows += [Invoice(contract, base.start, [base]) for base in bases[1:]]
        if contract.end_reason == "upgrade" and contract.ended:
            owed[contract.customer.number, contract.ended] = [_credit(bases[-1], contract.ended)]
    return rows


def _base(setting: Setting, contract: Contract, start: date, end: date) -> Line:
    return Line(contract, "base", contract.plan_key, start, end, base_cents(setting, contract, start))


def _credit(base: Line, changed_on: date) -> Line:
    """Give back the days of the paid period that the old plan no longer serves."""
    unused, days = (base.end - changed_on).days, (base.end - base.start).days
    return Line(base.contract, "proration", base.key, changed_on, base.end, -rounded(base.cents * unused, days))


def _usage_invoices(setting: Setting, contracts: list[Contract], grid: Cells, billable: Ints) -> list[Invoice]:
    """Bill each contract's month on the cut-off day of the next; nothing is billed for zero."""
    lines: dict[tuple[int, date], list[Line]] = {}
    for charge in overage.charges(setting, contracts, grid, billable):
        line = Line(contracts[charge.contract], "usage", *charge[1:])
        lines.setdefault((charge.contract, line.end), []).append(line)
    billed_on = {key: key[1].replace(day=setting.recipe["metering"]["cut_off_day"]) for key in lines}
    return [
        Invoice(contracts[key[0]], billed_on[key], found)
        for key, found in lines.items()
        if billed_on[key] <= setting.window.as_of
    ]
