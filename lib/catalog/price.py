"""How one dimension is priced: bands under one of eight models, then modifiers in one declared order.

Every model is bands read in its own way, so that one function rates them all:

    flat                   the first band's flat fee, whatever the quantity
    per_unit               one band
    graduated              each band's units at its own price
    volume                 all units at the price of the band the last unit reaches
    package                one band, `unit_size` units a package, part packages rounded up or down
    percentage             one band in percent of the quantity, which is money; events may have terms of their own
    graduated_percentage   bands in percent of the quantity, which is money
    cost_multiple          one band, a factor on the quantity, which is a cost
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from lib.catalog.document import BookError, one_of
from lib.money import USD, Currency, text

MODELS = (
    "graduated",
    "volume",
    "flat",
    "per_unit",
    "package",
    "percentage",
    "graduated_percentage",
    "cost_multiple",
)
# In percent, so a unit of the price is a hundred units of money: the percentage needs no division of its own.
PERCENTAGES, PER_CENT = ("percentage", "graduated_percentage"), Decimal(100)
MOST_DECIMALS = 12  # the finest unit price a rail can hold (Stripe)
ONE_BAND = ("flat", "per_unit", "package", "percentage", "cost_multiple")
WORDS_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "bands": MODELS,
        "thresholds": ("overage", "usage"),
        "part_units": ("exact", "up", "down"),
        "allowance_as": ("taken_off", "free_band"),
        "negative": ("refused", "mirrored"),
    }
)


@dataclass(frozen=True)
class Band:
    """One volume step: the price of a unit, strictly above `from_quantity`; `flat_fee` once when it is entered."""

    from_quantity: Decimal
    unit_price: Decimal
    flat_fee: Decimal = Decimal(0)


@dataclass(frozen=True)
class Conversion:
    """Metered units into billed ones, before everything else: `factor` times or a `factor`-th, then rounded.

    `rounding` is none, up, down or half_up, to `decimals` places. It is applied once to the period's quantity.
    """

    operation: str
    factor: Decimal
    rounding: str = "none"
    decimals: int = 0

    def __post_init__(self) -> None:
        one_of(self.operation, ("multiply", "divide"), "a conversion's operation")
        one_of(self.rounding, ("none", "up", "down", "half_up"), "a conversion's rounding")
        _exactly(self.factor, "a conversion")
        if self.factor <= 0:
            raise BookError(f"a conversion's factor is {self.factor}; it must be above 0")
        if not 0 <= self.decimals <= MOST_DECIMALS:
            raise BookError(f"a conversion rounds to {self.decimals} decimals; write 0 to {MOST_DECIMALS}")
        if self.decimals and self.rounding == "none":
            raise BookError(f"a conversion to {self.decimals} decimals does not round; write up, down or half_up")


@dataclass(frozen=True)
class EventTerms:
    """What a percentage asks of every single event: a fixed part, free events, a free amount, a least and a most.

    An event is free until either limit is used up; of the event that passes the free amount the part above it is
    charged. `minimum` and `maximum` bind percentage and fixed part of a charged event together.
    """

    fixed: Decimal = Decimal(0)
    free_events: int | None = None
    free_amount: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    def __post_init__(self) -> None:
        for value in (self.fixed, self.free_amount, self.minimum, self.maximum):
            _exactly(value, "an event")
        if self.free_events is not None and self.free_events < 0:
            raise BookError(f"there are {self.free_events} free events; write 0 or more")
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise BookError(f"an event costs at least {self.minimum} and at most {self.maximum}: swap the two")


@dataclass(frozen=True)
class Discount:
    """Off the amount: `percent` of what is left of it, or a `fixed` sum; never below zero."""

    percent: Decimal | None = None
    fixed: Decimal | None = None

    def __post_init__(self) -> None:
        _exactly(self.percent, "a discount")
        _exactly(self.fixed, "a discount")
        if (self.percent is None) == (self.fixed is None):
            raise BookError("a discount has either a percent or a fixed sum: write one of the two")


@dataclass(frozen=True)
class Commitment:
    """What a customer commits to per period: up to it at cost, beyond it times `overage_factor`.

    `counted_in` is amount, or quantity: then the commitment is the price of `size` units. With `true_up` at least the
    commitment is due. A factor that is left out is 1, never 0.
    """

    size: Decimal
    counted_in: str = "amount"
    overage_factor: Decimal = Decimal(1)
    true_up: bool = False

    def __post_init__(self) -> None:
        one_of(self.counted_in, ("amount", "quantity"), "a commitment's counted_in")
        _exactly(self.size, "a commitment")
        _exactly(self.overage_factor, "a commitment")


@dataclass(frozen=True)
class Price:
    """How one dimension is priced on one rail, every canonical rule an explicit setting.

    `bands` ascend from 0 and the last is open; `unit_price` is per `unit_size`; `thresholds` says whether the
    bands are counted on the overage or on the whole usage; `part_units` whether a started unit counts whole;
    `allowance_as` whether a volume price takes the allowance off, or prices its units too once it is passed.
    """

    bands: tuple[Band, ...]
    model: str = "graduated"
    unit_size: Decimal = Decimal(1)
    thresholds: str = "overage"
    part_units: str = "exact"
    flat_fee_at_zero: bool = True
    currency: Currency = USD
    allowance_as: str = "taken_off"
    negative: str = "refused"
    conversion: Conversion | None = None
    per_event: EventTerms | None = None
    discounts: tuple[Discount, ...] = ()
    maximum: Decimal | None = None
    minimum: Decimal | None = None
    commitment: Commitment | None = None

    def __post_init__(self) -> None:
        _check_exact(self)
        check_bands(self.bands, "a price")
        for name in ("model", "thresholds", "part_units", "allowance_as", "negative"):
            setting = "bands" if name == "model" else name
            one_of(getattr(self, name), WORDS_OF[setting], f"a price's {setting}")
        if self.unit_size <= 0:
            raise BookError(f"unit_size is {self.unit_size}; it must be above 0")
        _check_model(self)

    @property
    def is_plain(self) -> bool:
        """Whether bands and an allowance are all there is: no conversion, no events, no modifier."""
        modifiers = (self.conversion, self.per_event, self.maximum, self.minimum, self.commitment)
        return not self.discounts and all(part is None for part in modifiers)


def _check_exact(price: Price) -> None:
    """A number that is no exact decimal would make every line it touches inexact."""
    bands = [(band.from_quantity, band.unit_price, band.flat_fee) for band in price.bands]
    for value in (*itertools.chain(*bands), price.unit_size, price.maximum, price.minimum):
        _exactly(value, "a price")


def _exactly(value: object, where: str) -> None:
    """What stands in a price is a finite decimal of zero or more; None stands for what is not asked."""
    if value is None:
        return
    if not isinstance(value, Decimal):
        raise BookError(f"{where} holds {value!r}, a {type(value).__name__}; prices are exact decimals")
    if not value.is_finite() or value < 0:
        raise BookError(f"{where} holds {value}; it cannot be negative or without an end")


def check_bands(bands: tuple[Band, ...], where: str) -> tuple[Band, ...]:
    """Bands that begin at 0 and ascend; anything else leaves a quantity without a price."""
    starts = [band.from_quantity for band in bands]
    if not starts or starts[0] != 0:
        raise BookError(f"{where} must begin with a band from 0; a quantity below the first band would have no price")
    if any(later <= earlier for earlier, later in itertools.pairwise(starts)):
        raise BookError(f"{where} must ascend; they start at {', '.join(map(str, starts))}")
    return bands


def _check_model(price: Price) -> None:
    """What the model cannot mean is refused: it would be ignored without a word."""
    model = price.model
    if model in ONE_BAND and len(price.bands) > 1:
        raise BookError(f"a {model} price has one band, not {len(price.bands)}; graduated or volume prices have more")
    if model == "flat" and price.bands[0].unit_price:
        raise BookError("a flat price has no unit_price: write its amount as flat_fee, or choose per_unit")
    if model == "package" and price.part_units == "exact":
        raise BookError("a package price rounds part packages: write part_units = 'up' or 'down'")
    if model in PERCENTAGES and price.unit_size != PER_CENT:
        raise BookError(f"a {model} price is per 100: write unit_size = 100, not {text(price.unit_size)}")
    if price.per_event and (price.conversion or price.bands[0].flat_fee or price.part_units != "exact"):
        raise BookError("a price per event converts no units, rounds none and has no flat_fee: write `fixed` instead")
    if price.per_event and model != "percentage":
        raise BookError(f"per_event belongs to a percentage price, not to a {model} one")
    if price.allowance_as == "free_band" and model != "volume":
        raise BookError(f"allowance_as = 'free_band' belongs to a volume price, not to a {model} one")
