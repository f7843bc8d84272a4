"""What the laws of the kernel are drawn from: any price, any allowance, quantities at every edge, small populations."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from lib.catalog.allowance import BY_CONTRACT, NOT_OFFERED, UNLIMITED, Allowance
from lib.catalog.price import MODELS, ONE_BAND, PERCENTAGES, Band, Discount, Price
from lib.kernel.bills import Terms
from lib.kernel.cube import Segment, Used
from lib.money import USD, Currency

D = Decimal
CURRENCIES = (USD, Currency("JPY", 0), Currency("KWD", 3))
SEGMENTS = (Segment("aws", "starter"), Segment("aws", "command"), Segment("stripe", "starter"))
DIMENSIONS = ("words", "images")
MONTHS = (date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))

Table = Mapping[tuple[Segment, str], tuple[Price, Allowance]]


def numbers(digits: int, places: int) -> st.SearchStrategy[Decimal]:
    """Numbers whose size is as random as their digits."""
    sizes = st.integers(0, digits + places).flatmap(lambda size: st.integers(0, 10**size))
    return st.builds(lambda steps: D(steps).scaleb(-places), sizes)


FINE = st.sampled_from([0, 2, 6, 9])
USUAL = FINE.flatmap(lambda places: numbers(7, places))
HUGE = FINE.flatmap(lambda places: numbers(20, places))
ALLOWANCES = st.one_of(st.builds(Allowance, st.just("quantity"), USUAL), st.just(UNLIMITED))
ANY_ALLOWANCE = st.one_of(ALLOWANCES, ALLOWANCES, st.sampled_from([NOT_OFFERED, BY_CONTRACT]))


@st.composite
def bands(draw: st.DrawFn, model: str) -> tuple[Band, ...]:
    starts = [] if model in ONE_BAND else draw(st.lists(USUAL, max_size=4))
    prices = st.just(D(0)) if model == "flat" else FINE.flatmap(lambda places: numbers(3, places))
    fees = st.one_of(st.just(D(0)), numbers(3, 3))
    return tuple(Band(start, draw(prices), draw(fees)) for start in sorted({D(0), *starts}))


@st.composite
def prices(draw: st.DrawFn, currency: Currency | None = None) -> Price:
    """Any price that is bands and an allowance, prices of nine decimals and unit sizes without end included."""
    model = draw(st.sampled_from(MODELS))
    sizes = st.sampled_from([D(1), D(3), D(7), D(1000), D("0.5"), D("12.5")])
    return Price(
        bands=draw(bands(model)),
        model=model,
        unit_size=D(100) if model in PERCENTAGES else draw(sizes),
        thresholds=draw(st.sampled_from(["overage", "usage"])),
        part_units=draw(st.sampled_from(["up", "down"] if model == "package" else ["exact", "up", "down"])),
        flat_fee_at_zero=draw(st.booleans()),
        currency=currency or draw(st.sampled_from(CURRENCIES)),
        allowance_as=draw(st.sampled_from(["taken_off", "free_band"])) if model == "volume" else "taken_off",
    )


MODIFIED = st.sampled_from(
    [
        {"minimum": D(5)},
        {"maximum": D(5)},
        {"discounts": (Discount(percent=D("12.5")),)},
    ]
)


def around_the_edges(price: Price, allowance: Allowance) -> st.SearchStrategy[Decimal]:
    """Where a band begins above the allowance, or a little below or above it."""
    included, steps = allowance.quantity or D(0), [D(0), D(1), D("0.000001"), D("-0.000001"), price.unit_size]
    edges = [start + band.from_quantity for band in price.bands for start in (D(0), included)]
    return st.builds(lambda edge, step: max(edge + step, D(0)), st.sampled_from(edges), st.sampled_from(steps))


@st.composite
def rated(draw: st.DrawFn) -> tuple[Price, Allowance, list[Decimal]]:
    """A price, an allowance and quantities that use them."""
    price, allowance = draw(prices()), draw(ALLOWANCES)
    quantities = st.one_of(USUAL, around_the_edges(price, allowance), HUGE)
    return price, allowance, draw(st.lists(quantities, min_size=1, max_size=12))


@st.composite
def populations(draw: st.DrawFn, sizes: st.SearchStrategy[Decimal] = HUGE, least: int = 0) -> list[Used]:
    """What six customers used; one may change segment, and not every month has every dimension."""
    keys = st.tuples(
        st.sampled_from([f"customer {n}" for n in range(6)]),
        st.sampled_from(["contract 1", "contract 2"]),
        st.sampled_from(SEGMENTS),
        st.sampled_from(MONTHS),
        st.sampled_from(DIMENSIONS),
    )
    drawn = draw(st.dictionaries(keys, sizes, min_size=least, max_size=30))
    return [Used(*key, quantity) for key, quantity in drawn.items()]


@st.composite
def tables(draw: st.DrawFn, currency: Currency = USD) -> Table:
    """A price and an allowance for every segment and dimension."""
    return {
        (segment, name): (draw(prices(currency)), draw(ANY_ALLOWANCE)) for segment in SEGMENTS for name in DIMENSIONS
    }


def terms(table: Table) -> Terms:
    """A table as the kernel asks it."""
    return lambda segment, dimension: table.get((segment, dimension))
