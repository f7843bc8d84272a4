"""The noun everything is billed on: one stay of a customer on one plan."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from world import months
from world.months import Window
from world.people import Customer

MONTHS_EACH = {"monthly": 1, "annual": 12, "custom": 12}  # every private offer runs one year


@dataclass(frozen=True)
class Contract:
    """A Stripe subscription or an AWS agreement; `ended` is exclusive, None while it runs."""

    customer: Customer
    serial: int
    plan_key: str
    tier: str
    term: str
    started: date
    ended: date | None = None
    end_reason: str = ""
    offer_id: str = ""
    offer_cents: int = 0
    own_allowances: dict[str, int | str] = field(default_factory=dict)
    is_kept_at_old_price: bool = False

    @property
    def id(self) -> str:
        """Subscription or agreement id."""
        head = "sub_c" if self.customer.rail == "stripe" else "agmt-c"
        return f"{head}{self.customer.number:04d}-{self.serial}"

    @property
    def predecessor_id(self) -> str:
        """Id of the customer's stay before, empty for the first."""
        return f"{self.id.rsplit('-', 1)[0]}-{self.serial - 1}" if self.serial > 1 else ""

    def until(self, as_of: date) -> date:
        """First day that is not served any more, seen from `as_of`."""
        return self.ended or as_of + timedelta(days=1)

    def period_from(self, start: date) -> date:
        """End (exclusive) of the base period that starts on a day."""
        return months.later(start, MONTHS_EACH[self.term])

    def periods(self, window: Window) -> list[tuple[date, date]]:
        """Cut the stay into its billed periods; the last may reach beyond its end."""
        found, start, until = [], self.started, self.until(window.as_of)
        while start < until:
            found.append((start, self.period_from(start)))
            start = found[-1][1]
        return found


def seen(contracts: list[Contract], on: date) -> list[Contract]:
    """The stays that were known on a day: what began later is not there, what ended later still runs."""
    known = (contract for contract in contracts if contract.started <= on)
    return [replace(c, ended=None, end_reason="") if c.ended and c.ended > on else c for c in known]


def since(contracts: list[Contract]) -> dict[Customer, date]:
    """Say when each customer's first stay began."""
    return {contract.customer: contract.started for contract in reversed(contracts)}
