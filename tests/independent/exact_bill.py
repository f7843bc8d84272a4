"""A second opinion on what usage costs, in whole numbers only.

It is the auditor: it imports nothing of the desk and reads none of its data. Every price and allowance below was typed
from the listing specification of 2026-05-09, so that a mistake in the desk's book cannot agree with itself here.

    python tests/independent/exact_bill.py ../shared/real/usage-month.csv

prints the table in tests/cases/real_usage.toml.
"""

import csv
import sys
from pathlib import Path

MILLION = 10**6  # quantities are counted in millionths of a natural unit
ATOMS_PER_DOLLAR = 10**13  # a price is ten-millionths of a dollar per natural unit, a quantity millionths of a unit
ATOMS_PER_CENT = ATOMS_PER_DOLLAR // 100

# "Metering dimensions (overage)": (units above which it holds, price of a natural unit in ten-millionths of a dollar).
# Words: $0.001, "$0.0008 above 100K -> $0.0006 above 500K", each per 1,000. API requests: $0.010 per 1,000.
BANDS = {
    "words": ((0, 10), (100_000, 8), (500_000, 6)),
    "images": ((0, 500_000),),
    "audio_minutes": ((0, 100_000),),
    "video_minutes": ((0, 5_000_000),),
    "api_requests": ((0, 100),),
    "gtm_workflows": ((0, 50_000_000),),
    "team_seats": ((0, 290_000_000),),
    "seo_credits": ((0, 1_000_000),),
}
# The column "Unit" of the same table.
UNIT_SIZE = {"words": 1_000, "api_requests": 1_000}

UNLIMITED, BY_CONTRACT, NOT_OFFERED = "unlimited", "by contract", "not offered"

# "Tier x dimension applicability": Starter, Accelerate, Command, Enterprise.
TIERS = ("starter", "accelerate", "command_plus", "enterprise")
MATRIX = {
    "words": (50_000, 50_000, 50_000, BY_CONTRACT),
    "images": (100, 100, 100, BY_CONTRACT),
    "audio_minutes": (NOT_OFFERED, 30, 30, BY_CONTRACT),
    "video_minutes": (NOT_OFFERED, NOT_OFFERED, 5, BY_CONTRACT),
    "api_requests": (NOT_OFFERED, 10_000, 10_000, BY_CONTRACT),
    "gtm_workflows": (5, UNLIMITED, UNLIMITED, BY_CONTRACT),
    "team_seats": (3, 10, 25, UNLIMITED),
    "seo_credits": (50, 50, 50, BY_CONTRACT),
}
# The column "Included (Starter)", which the specification says is seeded for all tiers alike.
UNIFORM = {
    "words": 50_000,
    "images": 100,
    "audio_minutes": 30,
    "video_minutes": 5,
    "api_requests": 10_000,
    "gtm_workflows": 5,
    "team_seats": 0,
    "seo_credits": 50,
}

DEFAULTS = {
    "bands": "graduated",
    "thresholds": "overage",
    "threshold_unit": "natural",
    "part_units": "exact",
    "stripe_overage": "same",
    "allowances": "matrix",
}
SINGLE_READINGS = (
    ("aws", {}),
    ("aws", {"bands": "volume"}),
    ("aws", {"thresholds": "usage"}),
    ("aws", {"threshold_unit": "priced"}),
    ("aws", {"part_units": "up"}),
    ("aws", {"allowances": "uniform"}),
    ("aws", {"stripe_overage": "nothing"}),
    ("stripe", {"stripe_overage": "nothing"}),
)
PLANS = ("starter-monthly", "accelerate-monthly", "command_plus-monthly")


def millionths(quantity):
    """The quantity's decimal text in whole millionths; "1.5" is 1,500,000."""
    whole, _, part = quantity.partition(".")
    assert whole.isdigit() and len(part) <= 6, f"not a plain quantity of at most six decimals: {quantity!r}"
    return int(whole) * MILLION + int(part.ljust(6, "0"))


def decimal_text(number, places):
    """A whole number of 10**-places as plain decimal text without idle zeros."""
    whole, part = divmod(number, 10**places)
    return f"{whole}.{part:0{places}d}".rstrip("0").rstrip(".")


def allowance(plan, dimension, settings):
    """What the plan includes: natural units, or one of the three words."""
    printed = MATRIX[dimension][TIERS.index(plan.split("-")[0])]
    if settings["allowances"] == "uniform" and printed != NOT_OFFERED:
        return UNIFORM[dimension]
    return printed


def bands(dimension, settings):
    """Each band as (above, price), `above` in millionths of a natural unit."""
    size = UNIT_SIZE.get(dimension, 1) if settings["threshold_unit"] == "priced" else 1
    return [(above * size * MILLION, price) for above, price in BANDS[dimension]]


def graduated(quantity, steps):
    """Each band at its own price; an upper bound still belongs to the band below it."""
    tops = [above for above, _ in steps[1:]] + [quantity]
    return sum(max(0, min(quantity, top) - above) * price for (above, price), top in zip(steps, tops, strict=True))


def price_reached(quantity, steps):
    """The price of the last band entered."""
    return [price for above, price in steps if quantity > above or above == 0][-1]


def billed_units(overage, dimension, settings):
    """The overage as it is priced: as it is, or rounded up once to whole units of the unit size."""
    size = UNIT_SIZE.get(dimension, 1) * MILLION
    return -(-overage // size) * size if settings["part_units"] == "up" else overage


def atoms(included, overage, dimension, settings, rail):
    """The unrounded line in ten-trillionths of a dollar."""
    if settings["stripe_overage"] == "nothing" and rail == "stripe":
        return 0
    steps, billed = bands(dimension, settings), billed_units(overage, dimension, settings)
    start = included if settings["thresholds"] == "usage" else 0
    if settings["bands"] == "volume":
        return billed * price_reached(start + billed, steps)
    return graduated(start + billed, steps) - graduated(start, steps)


def cents(amount):
    """Rounded once, half away from zero; nothing here is negative."""
    return (amount + ATOMS_PER_CENT // 2) // ATOMS_PER_CENT


def line(plan, dimension, quantity, changed=None, rail="aws"):
    """One invoice line as the case tables write it: status, included, overage, exact, amount."""
    settings = DEFAULTS | (changed or {})
    included = allowance(plan, dimension, settings)
    if included == NOT_OFFERED:
        return {"status": "not_offered"}
    if included == BY_CONTRACT:
        return {"status": "by_contract", "included": BY_CONTRACT}
    if included == UNLIMITED:
        return {"status": "unlimited", "included": UNLIMITED, "overage": "0", "exact": "0", "amount": "0.00"}
    free = included * MILLION
    overage = max(0, millionths(quantity) - free)
    amount = atoms(free, overage, dimension, settings, rail)
    return {
        "status": "rated" if overage else "within_allowance",
        "included": str(included),
        "overage": decimal_text(overage, 6),
        "exact": decimal_text(amount, 13),
        "amount": f"{cents(amount) // 100}.{cents(amount) % 100:02d}",
    }


def bill(usage, plan, changed=None, rail="aws"):
    """Every usage row on one plan: total and per-dimension cents of the rounded lines, None where nothing is priced."""
    dimensions = {}
    for row in usage:
        amount = line(plan, row["dimension"], row["quantity"], changed, rail).get("amount")
        before = dimensions.setdefault(row["dimension"], None if amount is None else 0)
        if amount is not None:
            dimensions[row["dimension"]] = before + int(amount.replace(".", ""))
    return sum(cents for cents in dimensions.values() if cents is not None), dimensions


def dollars(amount):
    """Cents as dollars and cents."""
    return f"{amount // 100}.{amount % 100:02d}"


def read(path):
    """The usage file's rows."""
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def case(plan, rail, changed, total, dimensions):
    """One block of real_usage.toml."""
    settings = ", ".join(f'{key} = "{value}"' for key, value in changed.items())
    named = "; ".join(f"{key} = {value}" for key, value in changed.items()) or "every reading at its default"
    amounts = [f'{name} = "{dollars(got)}"' for name, got in sorted(dimensions.items()) if got is not None]
    absent = [f'"{name}"' for name, got in sorted(dimensions.items()) if got is None]
    return "\n".join(
        [
            "[[case]]",
            f'name = "{plan} on {rail}, {named}"',
            f'plan = "{plan}"',
            f'rail = "{rail}"',
            *([f"settings = {{ {settings} }}"] if settings else []),
            f'expect = {{ total_usd = "{dollars(total)}", dimensions = {{ {", ".join(amounts)} }}, '
            f"not_offered = [{', '.join(absent)}] }}",
        ]
    )


def main(path):
    """Print the table for every plan under the defaults and under each other reading alone."""
    usage = read(path)
    blocks = [
        case(plan, rail, changed, *bill(usage, plan, changed, rail))
        for plan in PLANS
        for rail, changed in SINGLE_READINGS
    ]
    print("\n\n".join(blocks))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
