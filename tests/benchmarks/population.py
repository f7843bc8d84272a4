"""Who is rated in the benchmark: a seeded population and a thousand books, the same on every machine.

5,000 customers × 24 months × 8 dimensions, sizes spread over four powers of ten; three plans, an allowance per plan
and three graduated bands per dimension. Nearly half of all cells lie above their allowance, so that no engine profits
from cells that cost nothing.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from lib.catalog.book import Book, parse
from lib.kernel.cube import Column, Cube, Segment, of_arrays

PLANS = ("small", "medium", "large")
MONTHS = tuple(date(2025 + month // 12, month % 12 + 1, 1) for month in range(24))
# dimension: unit size, decimals of a quantity, a customer's usual month, and the first band's price in millionths
DIMENSIONS = {
    "words": (1000, 0, 400_000, 1_000),
    "images": (1, 0, 900, 50_000),
    "audio_minutes": (1, 3, 300, 10_000),
    "video_minutes": (1, 3, 60, 500_000),
    "api_requests": (1000, 0, 90_000, 10_000),
    "workflows": (1, 0, 40, 5_000_000),
    "seats": (1, 0, 9, 29_000_000),
    "credits": (1, 0, 500, 100_000),
}
SEED = 20261120


@dataclass(frozen=True)
class Population:
    """Customer-months by place: whose, on which plan, when; and a row of whole quantities per dimension."""

    customer: np.ndarray
    plan: np.ndarray
    month: np.ndarray
    quantities: np.ndarray

    @property
    def customers(self) -> int:
        return int(self.customer[-1]) + 1


def population(cells: int) -> Population:
    """About as many cells as asked for: whole customers of 24 months and eight dimensions each."""
    chance = np.random.default_rng(SEED)
    customers = max(cells // (len(MONTHS) * len(DIMENSIONS)), 1)
    plan = chance.choice(3, customers, p=(0.5, 0.3, 0.2))
    size = chance.lognormal(0, 1.2, customers) * (1 + plan)
    rows = []
    for _, scale, usual, _ in DIMENSIONS.values():
        used = size[:, None] * usual * chance.lognormal(-0.7, 0.8, (customers, len(MONTHS)))
        rows.append(np.rint(used * 10**scale).astype(np.int64).ravel())
    return Population(
        np.repeat(np.arange(customers), len(MONTHS)),
        np.repeat(plan, len(MONTHS)),
        np.tile(np.arange(len(MONTHS)), customers),
        np.stack(rows),
    )


def cube_of(people: Population) -> Cube:
    """The population as the product's cube."""
    names = [f"c-{customer:06}" for customer in range(people.customers)]
    places = np.arange(people.customer.size)
    columns = {
        name: Column(scale, people.quantities[row], places)
        for row, (name, (_, scale, _, _)) in enumerate(DIMENSIONS.items())
    }
    segments = [Segment("aws", plan) for plan in PLANS]
    return of_arrays((names, segments, MONTHS), people.customer, people.plan, people.month, columns)


def in_order_of(people: Population, by_month: np.ndarray) -> np.ndarray:
    """What the cube says of its customer-months, which it orders by segment → in the population's order."""
    found = np.empty_like(by_month)
    found[np.lexsort((people.month, people.customer, people.plan))] = by_month
    return found


@dataclass(frozen=True)
class Card:
    """A book in whole numbers, the form every engine gets: money in millionths, quantities in units."""

    prices: np.ndarray  # dimension × band
    starts: np.ndarray  # dimension × band
    included: np.ndarray  # plan × dimension


def cards(count: int) -> list[Card]:
    """The first card is today's; in the others every price, every threshold and every allowance is another."""
    chance = np.random.default_rng(SEED + 1)
    usual = np.array([usual for _, _, usual, _ in DIMENSIONS.values()])
    first = np.array([price for *_, price in DIMENSIONS.values()])
    found = []
    for number in range(count):
        share = 0.2 if number else 0.0
        prices = _varied(chance, first[:, None] * np.array([1.0, 0.8, 0.6]), share)
        starts = _varied(chance, usual[:, None] * np.array([0.0, 1.5, 6.0]), share) + np.array([0, 1, 2])
        included = _varied(chance, np.array([0.6, 1.2, 1.8])[:, None] * usual, share)
        found.append(Card(prices, starts, included))
    return found


def _varied(chance: np.random.Generator, numbers: np.ndarray, share: float) -> np.ndarray:
    """Whole numbers near the given ones; each at most a share away."""
    return np.rint(numbers * (1 + chance.uniform(-share, share, numbers.shape))).astype(np.int64)


def book_of(card: Card) -> Book:
    """A card as a book of the product."""
    return parse(
        {
            "id": "benchmark",
            "product": "benchmark",
            "effective": date(2025, 1, 1),
            "currency": "USD",
            "tiers": {plan: {"name": plan, "rank": rank} for rank, plan in enumerate(PLANS, start=1)},
            "plans": {plan: {"tier": plan, "term": "monthly", "list_price": 1} for plan in PLANS},
            "dimensions": {name: _dimension(name, card, row) for row, name in enumerate(DIMENSIONS)},
            "allowances": {
                plan: {name: int(card.included[rank, row]) for row, name in enumerate(DIMENSIONS)}
                for rank, plan in enumerate(PLANS)
            },
        }
    )


def _dimension(name: str, card: Card, row: int) -> dict[str, object]:
    bands = [
        {"from": int(start), "unit_price": Decimal(int(price)).scaleb(-6)}
        for start, price in zip(card.starts[row], card.prices[row], strict=True)
    ]
    unit_size = DIMENSIONS[name][0]
    return {"name": name, "unit": name, "unit_size": unit_size, "tier_floor": "any", "metered": True, "bands": bands}
