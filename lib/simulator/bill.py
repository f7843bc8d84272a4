"""What one month costs on one plan and rail, or under a customer's own contract, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from lib.catalog.allowance import NOTHING_INCLUDED
from lib.catalog.book import BASE_FEE, RAILS, Book, Unpriced
from lib.catalog.packaging import Bought
from lib.catalog.price import PER_CENT
from lib.contracts import Contract, Reach, billed_periods, governing_list, governing_rates, minimum_of, term_price
from lib.money import EXACT, round_line, total
from lib.owed import Used, short_of
from lib.periods import month_end
from lib.rating import Charge, rate, unset

ZERO = Decimal(0)
NOTHING: Mapping[str, Decimal] = {}


@dataclass(frozen=True)
class Bill:
    """What one month would cost on one plan and rail; `base` is a month's share of the list price.

    `committed` is what the tier buys ahead, by dimension, None where it has no price or its discount is not set.

    `true_up` is what the month's overage lacks of a contract's own minimum. `total` is None where the plan cannot
    serve the usage or has no price; `obstacles` says why. `earlier` are the bills of contracts that ended within the
    month: of theirs only the usage counts here, because one month's share of a base fee is enough.
    """

    plan_key: str
    tier: str
    term: str
    rail: str
    base: Decimal | None
    charges: Mapping[str, Charge]
    obstacles: tuple[str, ...]
    true_up: Decimal = ZERO
    earlier: tuple[Bill, ...] = ()
    committed: Mapping[str, Decimal | None] = field(default_factory=dict)

    @property
    def overage(self) -> Decimal:
        """The sum of the rounded overage lines that have a price, those of earlier contracts included."""
        lines = (charge.amount for one in (*self.earlier, self) for charge in one.charges.values())
        return total(amount for amount in lines if amount is not None)

    @property
    def total(self) -> Decimal | None:
        """Base, what is bought ahead, overage and true-up of the month."""
        return None if self.obstacles or self.base is None else self.known

    @property
    def known(self) -> Decimal:
        """The sum of those lines of the month that have an amount, whatever the others would come to."""
        parts = (self.base, *self.committed.values(), self.overage, self.true_up)
        return total(amount for amount in parts if amount is not None)


def bill(book: Book, rail: str, plan_key: str, usage: Mapping[str, Decimal]) -> Bill:
    """One month's usage by dimension (seats included) → its bill on one plan and rail, line by line."""
    plan = book.plan(plan_key)
    price = book.list_price(rail, plan_key)
    base = None if isinstance(price, Unpriced) else _monthly(price, plan.months, book)
    charges = {name: _charge(book, rail, plan.tier, name, quantity, base) for name, quantity in usage.items()}
    obstacles = [f"the price is {price.value}"] if isinstance(price, Unpriced) else []
    committed = {name: _bought(book, rail, name, one) for name, one in _commitments(book, plan.tier)}
    obstacles += [f"what the commitment to {name} costs is not set" for name, due in committed.items() if due is None]
    found = (plan_key, plan.tier, plan.term, rail, base, charges, (*obstacles, *_obstacles(charges)))
    return Bill(*found, committed=committed)


def _charge(book: Book, rail: str, tier: str, name: str, quantity: Decimal, base: Decimal | None) -> Charge:
    """One dimension's quantity of a month → its charge; no amount while its price, or what it is a part of, is open."""
    price, allowance = book.set_price(rail, name), book.allowance(rail, tier, name)
    if book.dimensions[name].counted_on == BASE_FEE:
        price = None if base is None else price
        quantity = quantity if base is None else EXACT.multiply(base, quantity)
    return unset(allowance, quantity, book.currency) if price is None else rate(price, allowance, quantity)


def _commitments(book: Book, tier: str) -> Iterator[tuple[str, Bought]]:
    """What a tier buys ahead of the dimensions that are billed: of two counts of one usage only the billed one."""
    for name, bought in book.packaging.commitments.get(tier, {}).items():
        counted = book.packaging.alternative_to(name)
        if counted is None or counted.billed in (None, name):
            yield name, bought


def _bought(book: Book, rail: str, name: str, bought: Bought) -> Decimal | None:
    """What units bought ahead cost a month: their published price less the discount, rounded once."""
    price = book.set_price(rail, name)
    if price is None or bought.discount_percent is None:
        return None
    listed = rate(price, NOTHING_INCLUDED, bought.size).exact or ZERO
    kept = EXACT.subtract(PER_CENT, bought.discount_percent)
    return round_line(EXACT.divide(EXACT.multiply(listed, kept), PER_CENT), book.currency)


def bills(book: Book, usage: Mapping[str, Decimal]) -> tuple[Bill, ...]:
    """One month's usage → its bill on every plan and rail of the book."""
    return tuple(bill(book, rail, plan_key, usage) for rail in RAILS for plan_key in book.plans)


def contract_bill(
    books: Sequence[Book],
    contract: Contract,
    month: date,
    usage: Mapping[str, Decimal],
    reach: Mapping[str, Reach],
    before: Mapping[str, Decimal] = NOTHING,
) -> Bill | None:
    """A contract's own bill of one month under the books of its time; its offer's price and allowances win.

    `before` is what the month held under an earlier contract, on a rail whose bands continue after a change.
    None where the contract does not run in the month, or its rail bills a plan that is in no book.
    """
    changes = reach[contract.rail].changes
    due = billed_periods(contract, date.min, month_end(month), changes)
    periods = [period for period in due if period.kind == "base"]
    is_over = contract.ended_on is not None and contract.ended_on <= month
    if not periods or is_over or contract.plan_key is None or contract.tier is None:
        return None
    own = reach[contract.rail]
    listed = governing_list(books, contract, periods[-1].start_on, own)
    price = term_price(contract, listed)
    rates = governing_rates(books, contract, month, own)
    used = (Used(contract, rates, name, quantity, before.get(name, ZERO)) for name, quantity in usage.items())
    charges = {one.dimension: one.charge for one in used}
    base = None if price is None else _monthly(price, contract.months, listed)
    obstacles = (*(["the price is by contract"] if base is None else []), *_obstacles(charges))
    minimum = minimum_of(contract, month, own.changes.proration, rates.currency) or ZERO
    owed = short_of(minimum, (charge.amount for charge in charges.values() if charge.amount is not None))
    bill_of = (contract.plan_key, contract.tier, contract.term, contract.rail, base, charges, obstacles)
    return Bill(*bill_of, true_up=owed or ZERO)


def joined(bills: Sequence[Bill]) -> Bill:
    """The bills of the contracts that shared a customer's month, in their order → one, with the last one's base fee."""
    *earlier, last = bills
    obstacles = (*last.obstacles, *(told for one in earlier for told in _obstacles(one.charges)))
    return replace(last, earlier=tuple(earlier), obstacles=obstacles, true_up=total(one.true_up for one in bills))


def _monthly(price: Decimal, months: int, book: Book) -> Decimal:
    return round_line(EXACT.divide(price, Decimal(months)), book.currency)


def _obstacles(charges: Mapping[str, Charge]) -> list[str]:
    return [
        f"the price of {name} is not set" if charge.status == "not_set" else f"{name} is {charge.allowance}"
        for name, charge in charges.items()
        if charge.amount is None and charge.quantity > 0
    ]
