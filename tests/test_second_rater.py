"""Three raters agree to the last digit, on random customers under random books.

The desk's rating function is Python over a validated book, and its kernel rates the same book in whole numbers; the
third is tests/independent/sql_rater.sql, which shares no code with either and is handed the book as plain rows taken
from its document, not from the functions under test.
"""

import random
from datetime import date
from decimal import Decimal

import pytest

from lib.catalog.book import RAILS, READINGS, parse
from lib.catalog.document import BookError
from lib.kernel.bills import bills, terms_of
from lib.kernel.cube import Segment, Used, cube
from lib.kernel.line import amounts
from lib.kernel.tariff import KernelError
from lib.rating import rate, unset
from tests.independent import sql_rater

TIERS = ("starter", "accelerate", "command", "enterprise")
DIMENSIONS = ("words", "images", "minutes", "seats")
UNIT_SIZES = ("1", "3", "12", "1000", "0.5")
WORDS = ("unlimited", "not offered", "by contract")
SMALLEST = Decimal("0.000001")
BOOKS = 24
CUSTOMERS = 60


def number(chance: random.Random, largest: int, places: int) -> Decimal:
    """A decimal whose size is as random as its digits."""
    digits = chance.randint(0, 10 ** chance.randint(0, largest + places))
    return Decimal(digits).scaleb(-places).normalize() + 0


def random_bands(chance: random.Random) -> list[dict[str, object]]:
    starts = {Decimal(0), *(number(chance, 7, 2) for _ in range(chance.randint(0, 4)))}
    return [{"from": start, "unit_price": number(chance, 2, chance.choice((2, 6, 10)))} for start in sorted(starts)]


def random_document(chance: random.Random) -> dict[str, object]:
    """A book whose every price, band, allowance and reading is drawn."""
    dimensions = {
        key: {
            "name": key,
            "unit": key,
            "unit_size": Decimal(chance.choice(UNIT_SIZES)),
            "tier_floor": chance.choice(("any", *TIERS)),
            "metered": True,
            "bands": random_bands(chance),
            "included_quantity": number(chance, 5, 0),
        }
        for key in DIMENSIONS
    }
    settings = {key: chance.choice(values) for key, values in READINGS.items()}
    own = {} if settings["stripe_overage"] == "nothing" else {"images": {"bands": random_bands(chance)}}
    return {
        "id": "random",
        "product": "random",
        "effective": date(2026, 1, 1),
        "currency": "USD",
        "settings": settings,
        "tiers": {tier: {"name": tier, "rank": rank} for rank, tier in enumerate(TIERS, start=1)},
        "plans": {tier: {"tier": tier, "term": "monthly", "list_price": 1} for tier in TIERS},
        "dimensions": dimensions,
        "allowances": {tier: random_allowances(chance) for tier in TIERS},
        "rails": {"stripe": {"dimensions": own}},
    }


def random_allowances(chance: random.Random) -> dict[str, object]:
    drawn = {key: chance.choice((*WORDS, *[number(chance, 6, 2) for _ in range(5)])) for key in DIMENSIONS}
    return {key: value for key, value in drawn.items() if value != "not offered" or chance.random() < 0.5}


def random_usage(chance: random.Random, document: dict) -> list[dict[str, object]]:
    """Customers with quantities anywhere, around every edge of the book, and at sums that end in half a cent."""
    rows = []
    for customer in range(CUSTOMERS):
        plan, dimension = chance.choice(TIERS), chance.choice(DIMENSIONS)
        draw = chance.choice((anywhere, around_an_edge, at_half_a_cent))
        quantity = max(draw(chance, document, plan, dimension), Decimal(0))
        rows.append({"customer_id": f"c-{customer:04}", "plan_key": plan, "dimension": dimension})
        rows[-1] |= {"month": "2026-06-01", "quantity": quantity}
    return rows


def anywhere(chance: random.Random, document: dict, tier: str, dimension: str) -> Decimal:
    return number(chance, 12, 6)


def around_an_edge(chance: random.Random, document: dict, tier: str, dimension: str) -> Decimal:
    """Where the allowance ends or a band begins, a millionth below it, or a millionth above."""
    item, settings = document["dimensions"][dimension], document["settings"]
    scale = item["unit_size"] if settings["threshold_unit"] == "priced" else 1
    start = included_quantity(document, tier, dimension) if settings["thresholds"] == "overage" else 0
    return start + chance.choice(item["bands"])["from"] * scale + chance.choice((-1, 0, 1)) * SMALLEST


def at_half_a_cent(chance: random.Random, document: dict, tier: str, dimension: str) -> Decimal:
    """An overage that costs an odd number of half cents in the first band, where such a quantity exists."""
    item = document["dimensions"][dimension]
    unit_price = item["bands"][0]["unit_price"]
    half_cents = Decimal(chance.randrange(1, 100, 2)) * Decimal("0.005")
    overage = half_cents * item["unit_size"] / unit_price if unit_price else Decimal(0)
    return included_quantity(document, tier, dimension) + overage.quantize(SMALLEST)


def included_quantity(document: dict, tier: str, dimension: str) -> Decimal:
    return included(document, tier, dimension)["quantity"] or Decimal(0)


def price_rows(document: dict, rail: str) -> list[dict[str, object]]:
    """The document's bands as rows of book_price, each tier with its own copy, every reading resolved."""
    settings = document["settings"]
    rows = []
    for key, item in document["dimensions"].items():
        own = document["rails"].get(rail, {}).get("dimensions", {}).get(key, item)
        free = rail == "stripe" and settings["stripe_overage"] == "nothing"
        for band in own["bands"] if not any(one["unit_price"] == "not set" for one in own["bands"]) else ():
            scale = item["unit_size"] if settings["threshold_unit"] == "priced" else 1
            rows.append(
                {name: settings[name] for name in ("bands", "thresholds", "part_units")}
                | {"dimension": key, "unit_size": item["unit_size"], "band_from": band["from"] * scale}
                | {"unit_price": Decimal(0) if free else band["unit_price"]}
            )
    return [row | {"tier": tier} for row in rows for tier in TIERS]


def allowance_rows(document: dict) -> list[dict[str, object]]:
    """The document's allowances as rows; what is not offered is no row."""
    rows = [{"tier": tier, "dimension": key} | included(document, tier, key) for tier in TIERS for key in DIMENSIONS]
    return [row for row in rows if row["kind"] != "not_offered"]


def included(document: dict, tier: str, dimension: str) -> dict[str, object]:
    item = document["dimensions"][dimension]
    value = document["allowances"][tier].get(dimension, "not offered")
    if document["settings"]["allowances"] == "uniform":
        reached = item["tier_floor"] == "any" or TIERS.index(tier) >= TIERS.index(item["tier_floor"])
        value = item["included_quantity"] if reached else "not offered"
    action = document.get("over_limit", {}).get(tier, {}).get(dimension, "charge")
    if isinstance(value, str):
        return {"kind": value.replace(" ", "_"), "quantity": None, "over_limit": action}
    return {"kind": "quantity", "quantity": value, "over_limit": action}


def rated_by_the_desk(document: dict, rail: str, usage: list[dict]) -> list[tuple]:
    book = parse(document)
    lines = []
    for row in usage:
        allowance = book.allowance(rail, book.plan(row["plan_key"]).tier, row["dimension"])
        price = book.set_price(rail, row["dimension"])
        rated = unset(allowance, row["quantity"], book.currency) if price is None else None
        charge = rated or rate(price, allowance, row["quantity"])
        overage = None if charge.amount is None else charge.overage
        lines.append((row["customer_id"], charge.status, overage, charge.amount))
    return lines


def rated_by_sql(document: dict, rail: str, usage: list[dict]) -> list[tuple]:
    plans = [{"plan_key": tier, "tier": tier} for tier in TIERS]
    lines = sql_rater.rate(usage, plans, allowance_rows(document), price_rows(document, rail))
    return [(line["customer_id"], line["status"], line["overage"], line["amount_usd"]) for line in lines]


def amounts_by_the_kernel(document: dict, rail: str, usage: list[dict]) -> dict[str, Decimal | None]:
    """Each line's amount by customer, all lines of one tier and dimension rated at once."""
    book, found = parse(document), {}
    for plan, dimension in {(row["plan_key"], row["dimension"]) for row in usage}:
        rows = [row for row in usage if (row["plan_key"], row["dimension"]) == (plan, dimension)]
        price, allowance = book.price(rail, dimension), book.allowance(rail, book.plan(plan).tier, dimension)
        lines = amounts(price, allowance, [row["quantity"] for row in rows])
        found |= {row["customer_id"]: line for row, line in zip(rows, lines, strict=True)}
    return found


def billed_by_the_kernel(document: dict, rail: str, usage: list[dict]) -> dict[str, Decimal]:
    """Each customer's bill out of the cube; usage without a price adds nothing."""
    rows = (
        Used(
            row["customer_id"], "", Segment(rail, row["plan_key"]), date(2026, 6, 1), row["dimension"], row["quantity"]
        )
        for row in usage
    )
    population = cube(rows)
    coins = bills(population, terms_of(parse(document))).by_month.tolist()
    customers = (population.customers[place] for place in population.customer_of)
    return {customer: Decimal(amount).scaleb(-2) for customer, amount in zip(customers, coins, strict=True)}


@pytest.mark.parametrize("rail", RAILS)
@pytest.mark.parametrize("seed", range(BOOKS))
def test_decimal_kernel_and_sql_agree_to_the_last_digit(seed, rail):
    chance = random.Random(seed)
    document = random_document(chance)
    usage = random_usage(chance, document)
    lines = rated_by_sql(document, rail, usage)
    assert rated_by_the_desk(document, rail, usage) == lines
    amount_of = {customer: amount for customer, _, _, amount in lines}
    assert amounts_by_the_kernel(document, rail, usage) == amount_of
    assert billed_by_the_kernel(document, rail, usage) == {name: due or 0 for name, due in amount_of.items()}


def random_walls(chance: random.Random, document: dict, *actions: str) -> dict[str, object]:
    """The same book with something that becomes of usage above every allowance."""
    walls = {tier: {key: chance.choice(actions) for key in DIMENSIONS} for tier in TIERS}
    return document | {"over_limit": walls}


def random_gaps(chance: random.Random, document: dict) -> dict[str, object]:
    """The same book with some prices that nobody set."""
    open_price = [{"from": 0, "unit_price": "not set"}]
    keys = chance.sample(DIMENSIONS, 2)
    items = {key: one | ({"bands": open_price} if key in keys else {}) for key, one in document["dimensions"].items()}
    return document | {"dimensions": items, "rails": {}}


@pytest.mark.parametrize("seed", range(0, BOOKS, 3))
def test_all_three_refuse_what_a_wall_refuses(seed):
    chance = random.Random(seed)
    document = random_document(chance)
    usage = random_usage(chance, document)
    walled = random_walls(chance, document, "charge", "block")
    lines = rated_by_sql(walled, "aws", usage)
    assert rated_by_the_desk(walled, "aws", usage) == lines
    amount_of = {customer: amount for customer, _, _, amount in lines}
    assert amounts_by_the_kernel(walled, "aws", usage) == amount_of
    assert billed_by_the_kernel(walled, "aws", usage) == {name: due or 0 for name, due in amount_of.items()}


@pytest.mark.parametrize("seed", range(0, BOOKS, 3))
def test_what_nobody_set_has_no_amount_in_sql_either_and_the_kernel_refuses_it(seed):
    chance = random.Random(seed)
    document = random_document(chance)
    usage = random_usage(chance, document)
    document = random_gaps(chance, random_walls(chance, document, "charge", "block", "not set"))
    lines = rated_by_sql(document, "aws", usage)
    desk_s = rated_by_the_desk(document, "aws", usage)
    assert [(who, status, amount) for who, status, _, amount in desk_s] == [
        (who, status, amount) for who, status, _, amount in lines
    ]
    open_lines = [row for row, (_, status, _, _) in zip(usage, lines, strict=True) if status == "not_set"]
    for row in open_lines:
        with pytest.raises((KernelError, BookError), match=r"not set|nobody set"):
            amounts_by_the_kernel(document, "aws", [row])


def test_the_random_walls_and_gaps_reach_every_status():
    statuses = set()
    for seed in range(0, BOOKS, 3):
        chance = random.Random(seed)
        document = random_document(chance)
        usage = random_usage(chance, document)
        document = random_gaps(chance, random_walls(chance, document, "charge", "block", "not set"))
        statuses |= {line[1] for line in rated_by_the_desk(document, "aws", usage)}
    assert statuses >= {"rated", "within_allowance", "blocked", "not_set", "not_offered", "by_contract"}


def test_the_random_books_reach_every_reading_and_every_status():
    settings, statuses = set(), set()
    for seed in range(BOOKS):
        chance = random.Random(seed)
        document = random_document(chance)
        settings |= set(document["settings"].items())
        statuses |= {line[1] for line in rated_by_the_desk(document, "aws", random_usage(chance, document))}
    assert settings == {(key, value) for key, values in READINGS.items() for value in values}
    assert statuses == {"rated", "within_allowance", "unlimited", "not_offered", "by_contract"}


def test_a_line_of_sixteen_digits_is_rounded_from_its_exact_value():
    """One ten-quadrillionth of a dollar below half a cent: kept to 28 digits, it would round up."""
    document = random_document(random.Random(0))
    document["settings"] = {key: values[0] for key, values in READINGS.items()}
    item = document["dimensions"]["words"] | {"unit_size": Decimal(1), "tier_floor": "any"}
    item["bands"] = [{"from": Decimal(0), "unit_price": Decimal("29.0000000001")}]
    document["dimensions"]["words"] = item
    document["allowances"]["starter"] = {"words": Decimal(0)}
    row = {"customer_id": "c-0001", "plan_key": "starter", "dimension": "words", "month": "2026-06-01"}
    usage = [row | {"quantity": just_below_half_a_cent(290_000_000_001)}]
    ((_, _, _, amount),) = rated_by_sql(document, "aws", usage)
    assert rated_by_the_desk(document, "aws", usage) == [("c-0001", "rated", usage[0]["quantity"], amount)]
    assert amounts_by_the_kernel(document, "aws", usage) == {"c-0001": amount}


def just_below_half_a_cent(price: int) -> Decimal:
    """A quantity near a trillion whose price (in ten-billionths) ends in 0.0049999999999999 dollars."""
    cent = 10**14
    millionths = (cent // 2 - 1) * pow(price, -1, cent) % cent + 9_000 * cent
    assert millionths * price % cent == cent // 2 - 1
    return Decimal(millionths).scaleb(-6)
