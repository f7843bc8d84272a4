"""The ready scenarios' prices, typed a second time: what each sells at, to whom, and from which day.

It imports nothing of the desk and reads none of data/scenarios, so that a slip in an overlay cannot agree with itself.
"""

import json
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

RAILS = ("stripe", "aws")
PUBLIC_TIERS = ("starter", "accelerate", "command")
AFTER_THE_WINDOW = date(2027, 1, 1)


@dataclass(frozen=True)
class Prices:
    """List prices by (rail, plan), bands by (rail, dimension) as (above, price), allowances by (tier, dimension)."""

    plans: dict
    bands: dict
    unit_size: dict
    allowances: dict
    counting: str = "graduated"


def todays_prices(plans, dimensions, matrix):
    """Rows of the plans database and the matrix of data/catalog.toml; both rails sell at the same prices."""
    return Prices(
        {(rail, row["plan_key"]): row["price_usd"] for rail in RAILS for row in plans},
        {(rail, row["dimension"]): printed_bands(row) for rail in RAILS for row in dimensions},
        {row["dimension"]: row["unit_size"] for row in dimensions},
        {(tier, name): str(free) for tier, included in matrix.items() for name, free in included.items()},
    )


def printed_bands(row):
    """The steps the database prints, else its one price from zero on."""
    steps = json.loads(row["pricing_tiers"] or "[]", parse_int=Decimal)
    return tuple((step["above"], Decimal(step["price"])) for step in steps) or ((Decimal(0), row["base_price_usd"]),)


def is_quantity(allowance):
    return allowance.isdigit()


def with_plans(prices, listed):
    """New list prices, the same on both rails."""
    changed = {(rail, key): Decimal(price) for rail in RAILS for key, price in listed.items()}
    assert changed.keys() <= prices.plans.keys()
    return replace(prices, plans=prices.plans | changed)


def with_allowances(prices, changed):
    """New allowances by (tier, dimension)."""
    assert changed.keys() <= prices.allowances.keys()
    return replace(prices, allowances=prices.allowances | changed)


# ---------------------------------------------------------------- list prices


def say_17(prices):
    """Words, no price."""
    return prices


def honest_20(prices):
    """Clean annual prices just below twelve months less 20 %."""
    return with_plans(prices, {"starter-annual": "2870", "accelerate-annual": "14390", "command_plus-annual": "38390"})


def starter_329(prices):
    """299 and 2,990 a tenth dearer, rounded to dollars."""
    return with_plans(prices, {"starter-monthly": "329", "starter-annual": "3290"})


def starter_328_90(prices):
    """299 and 2,990 a tenth dearer to the cent."""
    return with_plans(prices, {"starter-monthly": "328.90", "starter-annual": "3289.00"})


# ---------------------------------------------------------------- usage


def stratified_allowances(prices):
    """1 : 5 : 20 from the tier where a dimension is first offered."""
    ladder = {
        "words": ("50000", "250000", "1000000"),
        "images": ("100", "500", "2000"),
        "seo_credits": ("50", "250", "1000"),
        "audio_minutes": (None, "30", "120"),
        "api_requests": (None, "10000", "40000"),
    }
    steps = [(tier, name, free) for name, row in ladder.items() for tier, free in zip(PUBLIC_TIERS, row, strict=True)]
    return with_allowances(prices, {(tier, name): free for tier, name, free in steps if free})


def volume_bands(prices):
    """Every unit at the price of the band that was reached."""
    return replace(prices, counting="volume")


def words_per_word(prices):
    """A tenth of a cent for one word, not for a thousand."""
    return replace(prices, unit_size=prices.unit_size | {"words": Decimal(1)})


def images_at_six_cents(prices):
    """Five cents today."""
    return replace(prices, bands=prices.bands | {(rail, "images"): ((Decimal(0), Decimal("0.06")),) for rail in RAILS})


def everything_included(prices):
    """Whatever is included up to a quantity is included without one."""
    return with_allowances(prices, {key: "unlimited" for key, free in prices.allowances.items() if is_quantity(free)})


# ---------------------------------------------------------------- both


def fee_on_top(prices):
    """On AWS a price becomes what leaves it after 3 %: list prices to the cent, unit prices to eight decimals."""
    plans = {key: grossed_up(price, "0.01") for key, price in prices.plans.items() if key[0] == "aws" and price}
    bands = {
        key: tuple((above, grossed_up(price, "0.00000001")) for above, price in steps)
        for key, steps in prices.bands.items()
        if key[0] == "aws"
    }
    return replace(prices, plans=prices.plans | plans, bands=prices.bands | bands)


def grossed_up(price, coin):
    """28 digits are far from any half coin that a division by 97 could come near."""
    return (price * 100 / 97).quantize(Decimal(coin), ROUND_HALF_UP)


def pure_consumption(prices):
    """No public price and no allowance on the three public tiers; enterprise stays."""
    free = {key: price if price is None else Decimal(0) for key, price in prices.plans.items()}
    nothing = {
        key: "0"
        for key, included in prices.allowances.items()
        if key[0] in PUBLIC_TIERS and (is_quantity(included) or included == "unlimited")
    }
    return with_allowances(replace(prices, plans=free), nothing)


# ---------------------------------------------------------------- who, and from when


@dataclass(frozen=True)
class Scenario:
    """What changes, for whom, from when; a notice given here is (days, "any_day" or "first_of_month") by rail."""

    key: str
    change: object
    cohort: str = "all"
    persona: str | None = None
    effective: date = AFTER_THE_WINDOW
    notice: dict = field(default_factory=dict)
    freeze_until: date | None = None


READY = (
    Scenario("honest-20", honest_20),
    Scenario("say-17", say_17),
    Scenario("stratified-allowances", stratified_allowances),
    Scenario("volume-bands", volume_bands),
    Scenario("words-per-word", words_per_word),
    Scenario("starter-plus-10-new", starter_328_90, cohort="new"),
    Scenario("pass-the-fee-on", fee_on_top),
    Scenario("flat-for-3pi", everything_included, persona="seller_3pi"),
    Scenario("pure-consumption", pure_consumption),
    Scenario("starter-plus-10", starter_329),
    Scenario("images-at-six-cents", images_at_six_cents),
)

# The same changes from a day inside the window, so that every state holds something; 15 March divides a usage month.
MARCH_1, MARCH_15 = date(2026, 3, 1), date(2026, 3, 15)
DATED = (
    Scenario("starter-plus-10", starter_329, effective=MARCH_15),
    Scenario("starter-plus-10", starter_329, effective=MARCH_1, freeze_until=date(2026, 7, 15)),
    Scenario("starter-plus-10-new", starter_328_90, cohort="new", effective=MARCH_1),
    Scenario("images-at-six-cents", images_at_six_cents, effective=MARCH_15),
    Scenario("images-at-six-cents", images_at_six_cents, cohort="renewal", effective=MARCH_1),
    Scenario("pass-the-fee-on", fee_on_top, effective=MARCH_1, notice={"aws": (90, "first_of_month")}),
)
