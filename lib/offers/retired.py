"""What an offer retires of the buyer's own commitment to AWS: every invoice in the commitment year it falls into."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lib.costs import Missing
from lib.money import total
from lib.offers.terms import YEAR, ZERO
from lib.periods import add_months
from lib.rails import Commitment, Commits, Purchase, Retiring, retiring


@dataclass(frozen=True)
class RetiredYears:
    """Year by year what purchases retire of a yearly commitment, if our product is deployed on AWS and if not.

    `after` in USD is invoiced when the term has ended: the commitment of the buyer's next year may retire it.
    """

    years: tuple[tuple[date, Retiring], ...]
    after: Decimal = ZERO

    @property
    def at_most(self) -> Decimal:
        """All that is retired if our product is deployed on AWS."""
        return total(found.if_deployed.retired for _, found in self.years)

    @property
    def at_least(self) -> Decimal:
        """All that is retired if it is not."""
        return total(found.if_not.retired for _, found in self.years)

    @property
    def known(self) -> Decimal | None:
        """All that is retired; None where it hangs on what nobody has said."""
        parts = [found.known for _, found in self.years]
        return None if any(part is None for part in parts) else total(part.retired for part in parts if part)

    @property
    def beyond(self) -> Decimal:
        """What counts, if we are deployed on AWS, and finds no room below the ceilings of its year."""
        return total(found.if_deployed.beyond for _, found in self.years)


def retired(
    rule: Commitment,
    yearly: Decimal | None,
    since: date,
    until: date,
    purchases: Iterable[tuple[date, Decimal]],
    deployed: str | None = None,
) -> RetiredYears | Missing:
    """Invoices on their days, and a commitment of so many USD a year over a term → what they retire, year by year.

    The usage of a term's last month is invoiced after it: no year of the term has room for it.
    """
    if yearly is None:
        return Missing.of("the buyer's yearly commitment to AWS")
    known = [Purchase(day, amount) for day, amount in purchases]
    made = [purchase for purchase in known if purchase.invoiced_on < until]
    years: list[tuple[date, Retiring]] = []
    start = since
    while any(purchase.invoiced_on >= start for purchase in made):
        end = add_months(start, YEAR)
        own = [purchase for purchase in made if start <= purchase.invoiced_on < end]
        years.append((start, retiring(rule, Commits(yearly, start, end), own, deployed)))
        start = end
    return RetiredYears(tuple(years), total(one.amount for one in known if one.invoiced_on >= until))
