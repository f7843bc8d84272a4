"""What a prospect would save, as a range, against what it would pay us: net, break-even spend and payback at both ends.

Every amount is exact in USD; that the rates are beliefs makes it an estimate, and whoever shows it says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lib.catalog.document import shown
from lib.money import EXACT
from lib.savings.spend import MONTHS, WHOLE, SavingsError, Spend, within

NEVER = Decimal("Infinity")  # nothing is saved, so nothing is ever paid back
YES, HIGH_ONLY, NO, NOT_SET = "yes", "only at the high end", "no", "not set"
PAYS = (YES, HIGH_ONLY, NO, NOT_SET)
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class GainShare:
    """Our part, as a fraction, of what is saved above a threshold in USD; `monthly` of a month, `yearly` of twelve."""

    rate: Decimal
    above_monthly: Decimal

    def __post_init__(self) -> None:
        within(self.rate, WHOLE, "the gain-share", "write our part of what is saved as a fraction, as 0.20 for 20 %")
        within(self.above_monthly, NEVER, "the threshold of the gain-share")

    def monthly(self, saved: Decimal) -> Decimal:
        """What of a month's saving is ours."""
        return self._above(saved, self.above_monthly)

    def yearly(self, saved: Decimal) -> Decimal:
        """What of twelve equal months' saving is ours."""
        return self._above(saved, EXACT.multiply(self.above_monthly, MONTHS))

    def needed(self, price: Decimal) -> Decimal:
        """The saving of a month that pays a price and our part of that saving."""
        if price <= self.above_monthly:
            return price
        left = EXACT.subtract(WHOLE, self.rate)
        fixed = EXACT.subtract(price, EXACT.multiply(self.rate, self.above_monthly))
        return EXACT.divide(fixed, left) if left else NEVER

    def _above(self, saved: Decimal, threshold: Decimal) -> Decimal:
        return EXACT.multiply(self.rate, max(EXACT.subtract(saved, threshold), _NOTHING))


NO_GAIN_SHARE = GainShare(_NOTHING, _NOTHING)


@dataclass(frozen=True)
class Ask:
    """What we ask for: a price in USD a month, and our part of what is saved; None is a price that nobody set.

    `told_yearly` is the year's price where that is what was agreed: a twelfth of it need not end.
    """

    price_monthly: Decimal | None = None
    gain_share: GainShare | None = NO_GAIN_SHARE
    told_yearly: Decimal | None = None

    def __post_init__(self) -> None:
        if self.price_monthly is not None:
            within(self.price_monthly, NEVER, "our price")

    @classmethod
    def of_year(cls, price: Decimal, gain_share: GainShare | None = NO_GAIN_SHARE) -> Ask:
        """A price that is agreed for a year; a month is a twelfth of it."""
        return cls(EXACT.divide(price, MONTHS), gain_share, price)

    @property
    def price_yearly(self) -> Decimal | None:
        """Our price of a year."""
        if self.told_yearly is not None or self.price_monthly is None:
            return self.told_yearly
        return EXACT.multiply(self.price_monthly, MONTHS)


@dataclass(frozen=True)
class End:
    """One rate of saving, worked out: USD a month and a year. What hangs on a price is None while none is set.

    `break_even_monthly` is the model spend at which the saving pays what we ask, `payback_months` how long it takes to
    save a year's price; both are `NEVER` where nothing is saved and a price is to be paid.
    """

    rate: Decimal
    saved_monthly: Decimal
    saved_yearly: Decimal
    gain_share_monthly: Decimal | None = None
    net_monthly: Decimal | None = None
    net_yearly: Decimal | None = None
    break_even_monthly: Decimal | None = None
    payback_months: Decimal | None = None


@dataclass(frozen=True)
class Projection:
    """A spend, the two ends of its believed saving, and what we ask."""

    spend: Spend
    low: End
    high: End
    ask: Ask

    @property
    def pays(self) -> str:
        """Whether more is saved than is paid for it: yes, only at the high end, no; or not set. Even is no."""
        low, high = self.low.net_monthly, self.high.net_monthly
        if low is None or high is None:
            return NOT_SET
        return YES if low > 0 else HIGH_ONLY if high > 0 else NO

    def at(self, rate: Decimal) -> End:
        """The same prospect at another rate of saving, such as the paper's target."""
        return _end(self.spend, rate, self.ask)

    def covers(self, yearly: Decimal) -> str:
        """Whether a year's saving reaches an amount: yes, only at the high end, no."""
        return YES if self.low.saved_yearly >= yearly else HIGH_ONLY if self.high.saved_yearly >= yearly else NO


def project(spend: Spend, low: Decimal, high: Decimal, ask: Ask | None = None) -> Projection:
    """A spend, the believed range of the saving as fractions, and what we ask → what is left at either end."""
    if low > high:
        raise SavingsError(f"the saving runs from {shown(low)} to {shown(high)}; the low end cannot lie above the high")
    known = ask or Ask()
    return Projection(spend, _end(spend, low, known), _end(spend, high, known), known)


def _end(spend: Spend, rate: Decimal, ask: Ask) -> End:
    within(rate, WHOLE, "the rate of saving", "write a fraction of the spend, as 0.15 for 15 %")
    saved, yearly = EXACT.multiply(spend.monthly, rate), EXACT.multiply(spend.yearly, rate)
    price, price_yearly, shared = ask.price_monthly, ask.price_yearly, ask.gain_share
    ours = shared.monthly(saved) if shared else None
    if price is None or price_yearly is None or shared is None or ours is None:
        return End(rate, saved, yearly, ours)
    kept = EXACT.subtract(saved, ours)
    return End(
        rate=rate,
        saved_monthly=saved,
        saved_yearly=yearly,
        gain_share_monthly=ours,
        net_monthly=EXACT.subtract(kept, price),
        # By the year's own amounts: a twelfth of a year need not end, and twelve of them would not be it.
        net_yearly=EXACT.subtract(EXACT.subtract(yearly, shared.yearly(yearly)), price_yearly),
        break_even_monthly=_over(shared.needed(price), rate),
        payback_months=_over(price_yearly, kept),
    )


def _over(amount: Decimal, by: Decimal) -> Decimal:
    """How much or how long it takes to bring an amount; nothing is brought at once, and by nothing never."""
    if not amount:
        return _NOTHING
    return EXACT.divide(amount, by) if by and amount.is_finite() else NEVER
