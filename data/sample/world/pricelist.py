"""What the company charged: exact integers, and which dated list governs which charge."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

MICRO = 1_000_000
CENTS = 100
HUNDREDTHS = 100
UNLIMITED = -1
NOT_OFFERED = -2


def scaled(text: str, scale: int) -> int:
    """Read a decimal text as a whole number of 1/scale; refuse what does not fit."""
    whole, _, fraction = text.partition(".")
    amount, rest = divmod(int(whole + fraction) * scale, int("1" + "0" * len(fraction)))
    if rest:
        raise ValueError(f"{text} is finer than 1/{scale}: write fewer decimals")
    return amount


@dataclass(frozen=True)
class PriceList:
    """One dated list: base fees in cents, rates in millionths of a dollar."""

    effective: date
    plan_cents: dict[str, int]
    rate_micros: dict[str, int]


class Prices:
    """Every list, the allowances and the plans' names, read from prices.toml."""

    def __init__(self, written: dict[str, Any]) -> None:
        self.plans: dict[str, dict[str, Any]] = written["plans"]
        self.dimensions = list(written["dimensions"])
        self.unit_size: dict[str, int] = {key: d["unit_size"] for key, d in written["dimensions"].items()}
        self._fine = {key for key, d in written["dimensions"].items() if d["fine"]}
        self.allowances: dict[str, dict[str, int | str]] = written["allowances"]
        self.lists = [_price_list(block) for block in written["list"]]
        self.bands = {
            key: [(band["above"], scaled(band["price"], MICRO)) for band in bands]
            for key, bands in written["bands"].items()
        }
        self._wait = timedelta(days=written["grandfathering_days"])

    def at_start(self, started: date) -> int:
        """Position of the newest list in force when a contract began."""
        return max(i for i, row in enumerate(self.lists) if row.effective <= started or i == 0)

    def after_wait(self, started: date, on: date) -> int:
        """Position of the newest list that reaches a running contract on a day."""
        reached = [i for i, row in enumerate(self.lists) if row.effective + self._wait <= on]
        return max([self.at_start(started), *reached])

    def step(self, dimension: str) -> int:
        """Give the smallest amount that is measured, in hundredths of a unit."""
        return 1 if dimension in self._fine else HUNDREDTHS

    def allowance(self, tier: str, own: dict[str, int | str], dimension: str) -> int:
        """Hundredths of a unit included per month; a private offer's own word comes first."""
        value = own.get(dimension, self.allowances.get(tier, {}).get(dimension))
        if value is None:
            return NOT_OFFERED
        return UNLIMITED if value == "unlimited" else int(value) * HUNDREDTHS


def _price_list(block: dict[str, Any]) -> PriceList:
    return PriceList(
        effective=block["effective"],
        plan_cents={key: scaled(price, CENTS) for key, price in block["plans"].items()},
        rate_micros={key: scaled(price, MICRO) for key, price in block["rates"].items()},
    )


def rounded(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero."""
    half = (2 * abs(numerator) + denominator) // (2 * denominator)
    return half if numerator >= 0 else -half
