"""One colour and one name per rail, tier and persona on every page, taken from the data that defines them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lib.catalog.book import Book
from lib.charts import Series
from lib.desk import Desk
from lib.ui import numbers

# In the order in which tiers rise and the ladder climbs; what comes later shares the last colour, never a new one.
_RAILS = ("purple", "orange", "grey")
_TIERS = ("sky", "blue", "green", "vermilion")
_PERSONAS = ("purple", "sky", "blue", "green", "orange", "grey")


@dataclass(frozen=True)
class Legend:
    """Everything that has a colour or a name for eyes."""

    rails: tuple[Series, ...]
    tiers: tuple[Series, ...]
    personas: tuple[Series, ...]
    names: Mapping[str, str]

    def name(self, key: str | None) -> str:
        """A key as its data calls it, else as plain words."""
        return self.names.get(key, numbers.name(key)) if key else numbers.MISSING


def of(desk: Desk, book: Book | None) -> Legend:
    """A desk and its book → its legend; without a book, tiers and plans have no names of their own."""
    rails = _coloured(((rail.key, rail.label) for rail in desk.rails.values()), _RAILS)
    ranked = sorted(book.tiers.values(), key=lambda tier: tier.rank) if book else []
    tiers = _coloured(((tier.key, tier.name) for tier in ranked), _TIERS)
    personas = _coloured(((one.key, one.label) for one in desk.segments.personas.values()), _PERSONAS)
    named = {one.key: one.label for one in (*rails, *tiers, *personas)}
    plans = {key: f"{book.tiers[plan.tier].name}, {plan.term}" for key, plan in book.plans.items()} if book else {}
    return Legend(rails, tiers, personas, {**plans, **named})


def _coloured(entries: Iterable[tuple[str, str]], colours: tuple[str, ...]) -> tuple[Series, ...]:
    return tuple(
        Series(key, label, colours[min(place, len(colours) - 1)]) for place, (key, label) in enumerate(entries)
    )
