"""How much of its allowances a customer has used, what lies above them costs, and what the next tier would take.

A row is one allowance of one running contract in one month, near or over. Nothing is included where an allowance is
zero: there every unit is bought, and nobody comes near anything. Amounts are exact: what would be billed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from lib.catalog.book import Book, Plan, Unpriced
from lib.contracts import Contract, Reach
from lib.money import EXACT, round_line
from lib.outcome import UsageCell
from lib.periods import last_full_months, month_end
from lib.rating import Charge
from lib.simulator.bill import Bill, bill, contract_bill
from lib.simulator.crossings import next_plan

NEAR, OVER = "near", "over"


@dataclass(frozen=True)
class Headroom:
    """One allowance of one contract that is near or over in a month; quantities in the dimension's natural unit.

    `overage_usd` is what the units above it would be billed, None where no price is on file. `bill_usd` is the whole
    month by the contract's own terms, `next_bill_usd` the same usage on the next tier at the current list; each is None
    where that plan has no price or does not serve the usage, and there is no `next_key` on the highest tier.
    """

    customer_id: str
    contract_id: str
    rail: str
    tier: str
    plan_key: str
    dimension: str
    month: date
    is_whole: bool
    used: Decimal
    allowance: Decimal
    state: str
    overage: Decimal
    overage_usd: Decimal | None
    bill_usd: Decimal | None
    next_key: str | None
    next_price_usd: Decimal | None
    next_bill_usd: Decimal | None

    @property
    def share(self) -> Decimal:
        """The part of the allowance that is used: 1 is all of it, above it is over."""
        return EXACT.divide(self.used, self.allowance)

    @property
    def saves_usd(self) -> Decimal | None:
        """What the next tier would save of the month's bill, below zero where it is dearer."""
        if self.bill_usd is None or self.next_bill_usd is None:
            return None
        return EXACT.subtract(self.bill_usd, self.next_bill_usd)


def looked_at(recorded_on: date) -> tuple[date, ...]:
    """The last full month, and the one that was running on the evening of the recorded day, if any was."""
    full, end = last_full_months(recorded_on, 1)
    return (full,) if end > recorded_on else (full, end)


def headroom(
    books: Sequence[Book],
    contracts: Iterable[Contract],
    usage: Iterable[UsageCell],
    month: date,
    recorded_on: date,
    reach: Mapping[str, Reach],
    near_share: Decimal,
) -> tuple[Headroom, ...]:
    """Contracts and their usage of a month → every allowance near or over, the fullest first.

    A contract counts that runs on the month's last day, or on the recorded one before it; books are those of history,
    the last one the current list.
    """
    last = min(month_end(month) - timedelta(1), recorded_on)
    used: dict[str, dict[str, Decimal]] = {}
    for cell in usage:
        if cell.month == month:
            used.setdefault(cell.contract_id, {})[cell.dimension] = cell.quantity
    running = (one for one in contracts if one.contract_id in used and one.runs_on(last))
    rows = [
        row
        for contract in running
        for row in _rows(books, contract, used[contract.contract_id], month, recorded_on, reach, near_share)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.share, row.customer_id, row.dimension)))


def _rows(
    books: Sequence[Book],
    contract: Contract,
    usage: Mapping[str, Decimal],
    month: date,
    recorded_on: date,
    reach: Mapping[str, Reach],
    near_share: Decimal,
) -> Iterator[Headroom]:
    own = contract_bill(books, contract, month, usage, reach)
    if own is None:
        return
    short = {key: charge for key, charge in own.charges.items() if _state(charge, near_share)}
    following = next_plan(books[-1], own.plan_key) if short and own.plan_key in books[-1].plans else None
    other = bill(books[-1], own.rail, following.key, usage) if following else None
    for dimension, charge in short.items():
        yield Headroom(
            customer_id=contract.customer_id,
            contract_id=contract.contract_id,
            rail=own.rail,
            tier=own.tier,
            plan_key=own.plan_key,
            dimension=dimension,
            month=month,
            is_whole=month_end(month) <= recorded_on + timedelta(1),
            used=charge.counted,
            allowance=charge.allowance.quantity or Decimal(0),
            state=_state(charge, near_share),
            overage=charge.overage,
            overage_usd=charge.amount,
            bill_usd=own.total,
            next_key=following.key if following else None,
            next_price_usd=_monthly(books[-1], own.rail, following) if following else None,
            next_bill_usd=_total(other),
        )


def _state(charge: Charge, near_share: Decimal) -> str:
    """Over, near, or neither; an allowance of zero, and one that is no number, has no near."""
    included = charge.allowance.quantity
    if not included:
        return ""
    if charge.overage > 0:
        return OVER
    return NEAR if charge.counted >= EXACT.multiply(near_share, included) else ""


def _monthly(book: Book, rail: str, plan: Plan) -> Decimal | None:
    """A month's share of a plan's list price; None where it has none."""
    price = book.list_price(rail, plan.key)
    return None if isinstance(price, Unpriced) else round_line(EXACT.divide(price, Decimal(plan.months)), book.currency)


def _total(other: Bill | None) -> Decimal | None:
    return other.total if other else None
