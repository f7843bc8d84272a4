"""What the meter was told against our usage, and what buyers are entitled to against our contracts, in the six classes.

Neither has a fee of its own, so no line ends in that class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.money import EXACT
from lib.payouts.classing import AMOUNT_DIFFERS, MATCHED, MISSING_HERE, MISSING_THERE, TIMING
from lib.reconciliation import MeterLine
from lib.reconciliation.words import money

USAGE, ENTITLEMENT = "usage", "entitlement"


@dataclass(frozen=True)
class Right:
    """One contract's month of usage in USD, or one entitlement in its own unit, in its class.

    `ours` is what we rate or the contract holds, `theirs` what the meter was told or the rail grants; None where that
    side has none. `month` is the usage month, of an entitlement the day it was looked at.
    """

    kind: str
    rail: str
    customer_id: str | None
    contract_id: str | None
    item: str
    month: date
    ours: Decimal | None
    theirs: Decimal | None
    verdict: str
    reason: str

    @property
    def difference(self) -> Decimal:
        """Theirs less ours."""
        return EXACT.subtract(self.theirs or Decimal(0), self.ours or Decimal(0))


@dataclass(frozen=True)
class Entitled:
    """One entitlement of one side: of a plan one, of seats their number; `until` is its last day, if any."""

    rail: str
    customer_id: str | None
    contract_id: str | None
    item: str
    quantity: Decimal
    until: date | None = None


def metered(lines: Iterable[MeterLine]) -> tuple[Right, ...]:
    """Lines of the meter → each in its class: what can still move is timing, what cannot is a difference."""
    return tuple(_metered(line) for line in lines)


def entitlements(ours: Iterable[Entitled], theirs: Iterable[Entitled], as_of: date) -> tuple[Right, ...]:
    """What our running contracts hold and what the rail grants on a day → one line per contract and item.

    What the rail grants no longer on that day is not granted; without a contract the buyer names the line.
    """
    held = {_key(one): one for one in ours}
    granted = {_key(one): one for one in theirs}
    keys = sorted(held.keys() | granted.keys())
    return tuple(_entitled(held.get(key), granted.get(key), as_of) for key in keys)


def _metered(line: MeterLine) -> Right:
    verdict, reason = _told(line)
    return Right(
        kind=USAGE,
        rail=line.rail,
        customer_id=line.customer_id,
        contract_id=line.contract_id,
        item=line.dimension,
        month=line.month,
        ours=line.rated or None,
        theirs=line.metered or None,
        verdict=verdict,
        reason=reason,
    )


def _told(line: MeterLine) -> tuple[str, str]:
    both = f"we rate {money(line.rated)}, the meter was told {money(line.metered)} (by its {line.told_by})"
    if line.due or line.carried:
        left = f"{money(line.due)} still goes to the meter" if line.due else f"{money(-line.carried)} is carried"
        return TIMING, f"{both}; the month is open and {left}"
    if line.rated == line.metered:
        return MATCHED, "to the cent"
    if not line.metered:
        return MISSING_THERE, f"{both}; the month is closed and it can never be billed"
    if not line.rated:
        return MISSING_HERE, f"{both}; no usage of ours is that"
    lost = (
        f"{money(line.unsent)} was never billed" if line.unsent else f"{money(line.uncorrectable)} is billed too much"
    )
    return AMOUNT_DIFFERS, f"{both}; the month is closed and {lost}"


def _key(one: Entitled) -> tuple[str, str, str]:
    return one.rail, one.contract_id or one.customer_id or "", one.item


def _entitled(ours: Entitled | None, theirs: Entitled | None, as_of: date) -> Right:
    side = ours or theirs
    assert side is not None, "an entitlement stands on some side"
    verdict, reason = _granted(ours, theirs, as_of)
    return Right(
        kind=ENTITLEMENT,
        rail=side.rail,
        customer_id=side.customer_id,
        contract_id=side.contract_id,
        item=side.item,
        month=as_of,
        ours=ours.quantity if ours else None,
        theirs=theirs.quantity if theirs else None,
        verdict=verdict,
        reason=reason,
    )


def _granted(ours: Entitled | None, theirs: Entitled | None, as_of: date) -> tuple[str, str]:
    is_over = theirs is not None and theirs.until is not None and theirs.until < as_of
    if theirs is None:
        return MISSING_THERE, "the contract runs and the rail grants nothing of it"
    if ours is None:
        if is_over:
            return TIMING, f"the rail's grant ended on {theirs.until}, and no running contract of ours holds it"
        return MISSING_HERE, "the rail grants it and no running contract of ours holds it"
    if is_over:
        return (
            TIMING,
            f"the rail's grant ended on {theirs.until} and the contract runs on: it was not renewed there yet",
        )
    if ours.quantity != theirs.quantity:
        return AMOUNT_DIFFERS, f"the contract holds {ours.quantity:,f}, the rail grants {theirs.quantity:,f}"
    return MATCHED, "the same on both sides"
