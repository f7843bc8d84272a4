"""Who pays another base fee than the list: the price a running contract is billed beside the one that governs it.

The governing list is the one that had reached the contract when its running period began, so a grandfathered price is
the list's. A private offer may differ, and what it is worth is told; nothing else may, coupons included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from lib.catalog.book import TERM_MONTHS, Book, Plan
from lib.claims.finding import CONTRADICTORY, FORBIDDEN, NOTE, PERMITTED, WARNING, Finding
from lib.contracts import Contract, Reach, governing_list, periods_of
from lib.money import round_line, share, total
from lib.periods import utc_day

OFF_LIST, PRIVATE_OFFERS = "customers.off_list", "customers.private_offers"
BILLING = "billing"
YEAR = TERM_MONTHS["annual"]
NOTHING = Decimal(0)
_LISTED = 20  # customers a finding names one by one; the page has them all


@dataclass(frozen=True)
class Recorded:
    """What a rail bills of a contract per period in USD, what without coupons, and whether by private offer."""

    price: Decimal
    before_coupons: Decimal
    is_private_offer: bool = False


@dataclass(frozen=True)
class OffList:
    """One contract that is billed another price than its list's, in USD per period of `months`.

    `listed` is None where the list has no price for it: a plan in no book, or one by contract. `book` is the list's id.
    """

    customer_id: str
    contract_id: str
    rail: str
    plan_key: str | None
    months: int
    book: str
    listed: Decimal | None
    billed: Decimal
    coupons: Decimal
    is_private_offer: bool

    @property
    def yearly(self) -> Decimal | None:
        """What we give up in a year, to the cent; below zero the customer pays more than the list."""
        return None if self.listed is None else _of_months(self.listed - self.billed, YEAR, self.months)

    @property
    def monthly(self) -> Decimal | None:
        """The same in a month."""
        return None if self.listed is None else _of_months(self.listed - self.billed, 1, self.months)


@dataclass(frozen=True)
class Taken:
    """What coupons took off the invoices of the last year, in USD.

    `undated` is what they took off lines whose invoice is not on file, so that nobody knows of which year it is.
    """

    usd: Decimal = NOTHING
    undated: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def sentences(self) -> list[str]:
        """What was taken, in words; nothing where nothing was."""
        dated = f"coupons took {self.usd:,.2f} USD off the invoices of the last year"
        return [*([dated] if self.usd else []), *([self._undated] if self.undated else [])]

    @property
    def _undated(self) -> str:
        named = ", ".join([*sorted(self.undated)[:_LISTED], *(["and more"] if len(self.undated) > _LISTED else [])])
        return f"coupons took {total(self.undated.values()):,.2f} USD off lines whose invoices are not on file: {named}"


def off_list(
    contracts: Iterable[Contract],
    recorded: Mapping[str, Recorded],
    books: Sequence[Book],
    reach: Mapping[str, Reach],
    on: date,
) -> tuple[OffList, ...]:
    """Contracts that run on a day, and what their rails bill → those that do not pay the list, the largest gap first.

    A contract whose price is not on record is left out: another finding names it. Books ascend by date.
    """
    known = [(one, recorded[one.contract_id]) for one in contracts if one.runs_on(on) and one.contract_id in recorded]
    compared = (_compared(one, billed, books, reach[one.rail], on) for one, billed in known)
    apart = (one for one in compared if one.listed != one.billed)
    return tuple(sorted(apart, key=lambda one: (-(one.yearly or NOTHING), one.customer_id, one.contract_id)))


def _compared(contract: Contract, billed: Recorded, books: Sequence[Book], reach: Reach, on: date) -> OffList:
    *_, period = periods_of(contract, on + timedelta(days=1), reach.changes)
    book = governing_list(books, contract, utc_day(period.start), reach)
    return OffList(
        customer_id=contract.customer_id,
        contract_id=contract.contract_id,
        rail=contract.rail,
        plan_key=contract.plan_key,
        months=contract.months,
        book=book.id,
        listed=_listed(book, contract),
        billed=billed.price,
        coupons=billed.before_coupons - billed.price,
        is_private_offer=billed.is_private_offer,
    )


def _listed(book: Book, contract: Contract) -> Decimal | None:
    """What the list asks for a period of the contract: the price of its tier's plan for that term.

    Where the tier has none, as many of its own plan's periods within a year, else as many of the longest that fit.
    """
    own = book.plans.get(contract.plan_key or "")
    tier = [] if own is None else [plan for plan in book.plans.values() if plan.tier == own.tier]
    fitting = [plan for plan in tier if contract.months % plan.months == 0 and _price(book, contract, plan) is not None]
    same_term = [plan for plan in fitting if plan.term == contract.term]
    of_its_own = [plan for plan in fitting if plan == own and contract.months <= YEAR]
    longest = sorted(fitting, key=lambda plan: -plan.months)
    plan = next(iter([*same_term, *of_its_own, *longest]), None)
    price = None if plan is None else _price(book, contract, plan)
    return None if price is None or plan is None else price * (contract.months // plan.months)


def _price(book: Book, contract: Contract, plan: Plan) -> Decimal | None:
    price = book.list_price(contract.rail, plan.key)
    return price if isinstance(price, Decimal) else None


def _of_months(amount: Decimal, months: int, of: int) -> Decimal:
    return round_line(share(amount, Fraction(months, of)))


# What is said of it


def findings(found: Sequence[OffList], taken: Taken, product: str) -> list[Finding]:
    """Contracts off list, and what coupons took off invoices → at most two findings with dollars.

    One for those without a private offer, which is forbidden; one for private offers, which are permitted.
    """
    offers = [one for one in found if one.is_private_offer]
    others = [one for one in found if not one.is_private_offer]
    told = [_forbidden(others, taken, product)] if others or taken.sentences else []
    return [*told, *([_permitted(offers, product)] if offers else [])]


def _forbidden(found: Sequence[OffList], taken: Taken, product: str) -> Finding:
    return _finding(
        OFF_LIST,
        product,
        "Every customer without a private offer pays the list price",
        [*([_told(found, "billed off list")] if found else []), *taken.sentences],
        found,
        (WARNING, FORBIDDEN),
    )


def _permitted(found: Sequence[OffList], product: str) -> Finding:
    words = "A private offer may differ from the list"
    return _finding(PRIVATE_OFFERS, product, words, [_told(found, "under a private offer")], found, (NOTE, PERMITTED))


def _told(found: Sequence[OffList], how: str) -> str:
    """4 customers are billed off list: 350.00 USD a month and 4,200.00 a year below it; 1 without a list price."""
    counted = len({one.customer_id for one in found})
    parts = [
        _sum([one for one in found if (one.yearly or NOTHING) > 0], "below it"),
        _sum([one for one in found if (one.yearly or NOTHING) < 0], "above it"),
        _unlisted([one for one in found if one.listed is None]),
    ]
    who = "1 customer is" if counted == 1 else f"{counted} customers are"
    return f"{who} {how}: {'; '.join(part for part in parts if part)}"


def _sum(found: Sequence[OffList], side: str) -> str:
    month, year = (abs(sum((getattr(one, per) for one in found), NOTHING)) for per in ("monthly", "yearly"))
    return f"{month:,.2f} USD a month and {year:,.2f} a year {side}" if found else ""


def _unlisted(found: Sequence[OffList]) -> str:
    year = sum((_of_months(one.billed, YEAR, one.months) for one in found), NOTHING)
    return f"{len(found)} without a list price to hold {year:,.2f} USD a year against" if found else ""


def _line(one: OffList) -> str:
    plan = one.plan_key or "a plan in no book"
    asked = "no list price" if one.listed is None else f"{one.listed:,.2f} on the {one.book} list"
    coupon = f", {one.coupons:,.2f} of it by coupon" if one.coupons else ""
    return f"{one.customer_id}, {plan} on {one.rail} ({one.contract_id}): billed {one.billed:,.2f}, {asked}{coupon}"


def _finding(
    name: str,
    product: str,
    words: str,
    delivered: Sequence[str],
    found: Sequence[OffList],
    weight: tuple[str, str],
) -> Finding:
    severity, standing = weight
    more = [f"and {len(found) - _LISTED} more"] if len(found) > _LISTED else []
    return Finding(
        claim=name,
        kind=BILLING,
        product=product,
        surface="invoices",
        words=words,
        source="Listing specification, private offer carve-outs; marts.contract, marts.stripe_discount",
        published=False,
        verdict=CONTRADICTORY,
        severity=severity,
        promised="the list price that governs each contract",
        delivered="; ".join(delivered),
        evidence=(*map(_line, found[:_LISTED]), *more),
        standing=standing,
    )
