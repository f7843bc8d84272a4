"""A second opinion on price changes: what each could bring, what it brought by its own dates, and what holds the rest.

It is the auditor: it imports nothing of the desk. It reads the facts of a built warehouse, the allowance matrix of
data/catalog.toml and the notices of data/rails.toml, takes the scenarios' prices from ready_scenarios.py, rates usage
with sql_rater.sql and bills base fees in fractions of whole numbers.

    python -m tests.independent.price_change            works everything out and names the golden table that differs
    python -m tests.independent.price_change write      writes the tables of tests/golden

The window is the sample's last twelve usage months, 2025-11-01 up to 2026-11-01. A scenario whose day lies outside it
is replayed as if it had taken effect on the window's first.
"""

import csv
import sys
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb

from tests.independent import sql_rater
from tests.independent.ready_scenarios import DATED, RAILS, READY, Prices, Scenario, is_quantity, todays_prices

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
PUBLISHED = ROOT / "var" / "snapshots" / "warehouse"
FIRST, END = date(2025, 11, 1), date(2026, 11, 1)
FOREVER = date(9999, 12, 31)
MONTHS_OF_TERM = {"monthly": 1, "annual": 12, "custom": 12}
STATES = ("repriced", "in_notice", "grandfathered", "contract_locked", "prepaid", "before")
UNCHANGED_UP_TO = Decimal("0.001")
NO_MONEY = Decimal("0.00")


# ---------------------------------------------------------------- the world


@dataclass(frozen=True)
class World:
    """What a warehouse says: contracts by id, usage of the window, what offers include, who first signed when."""

    prices: Prices
    contracts: dict
    usage: list
    offered: dict
    first_signed: dict
    sellers_3pi: set


CONTRACTS = """
select contract_id, contract.customer_id, rail, contract.plan_key, tier, term, started_on, ended_on, end_reason,
    contract.offer_id, price_usd as offered_usd
from marts.contract left join marts.private_offer on contract.offer_id = private_offer.offer_id
where contract.plan_key is not null
"""
USAGE = """
select contract_id, dimension, usage_month, quantity from marts.usage_month
where contract_id is not null and plan_key is not null and usage_month >= $first and usage_month < $end
"""
FIRST_SIGNED = "select customer_id, min(started_on) as signed_on from marts.contract group by customer_id"
SELLERS_3PI = """
select customer_id from marts.customer
where is_seller = 'yes' and has_aws_account <> 'no' and integrator is not null and integrator <> 'unknown'
"""
# Terms this calculation does not know: instalments, minimums, years, unit prices of an offer, seats as entitlements,
# and days that do not begin at midnight.
UNKNOWN_TERMS = """
select offer_id from marts.private_offer_price
union all select offer_id from marts.private_offer_instalment
union all select contract_id from marts.seat_change
union all select offer_id from marts.private_offer
where monthly_minimum_usd is not null or multi_year_discount_rate is not null or price_usd is null
union all select contract_id from marts.contract where started_at <> started_on or ended_at <> ended_on
"""


def open_warehouse(folder):
    """The published warehouse, for reading."""
    return duckdb.connect(folder / (folder / "current").read_text().strip(), read_only=True)


def rows(warehouse, query, **parameters):
    """A query's rows as dictionaries, decimals exact."""
    return warehouse.sql(query, params=parameters).to_arrow_table().to_pylist()


def world(warehouse):
    """The facts a price change needs; a contract on a plan that nobody sells has no price and is left out."""
    strange = rows(warehouse, UNKNOWN_TERMS)
    assert not strange, f"{strange[0]} has terms that this calculation does not know"
    offered = defaultdict(dict)
    for row in rows(warehouse, "select offer_id, dimension, allowance from marts.private_offer_allowance"):
        offered[row["offer_id"]][row["dimension"]] = row["allowance"]
    return World(
        todays_prices(
            rows(warehouse, "select plan_key, price_usd from marts.plan"),
            rows(warehouse, "select dimension, unit_size, base_price_usd, pricing_tiers from marts.dimension"),
            tomllib.loads((ROOT / "data" / "catalog.toml").read_text())["allowances"],
        ),
        {row["contract_id"]: row for row in rows(warehouse, CONTRACTS)},
        rows(warehouse, USAGE, first=FIRST, end=END),
        offered,
        {row["customer_id"]: row["signed_on"] for row in rows(warehouse, FIRST_SIGNED)},
        {row["customer_id"] for row in rows(warehouse, SELLERS_3PI)},
    )


# ---------------------------------------------------------------- days and money


def cents(amount):
    """A fraction of dollars, rounded once, half away from zero."""
    whole = int((abs(amount) * 200 + 1) // 2)
    return Decimal(whole if amount >= 0 else -whole).scaleb(-2)


def months_later(day, months):
    """The same day of another month, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


def periods(contract, until):
    """Every billed period (start, end) that begins before `until` and before the contract's end."""
    months, last = MONTHS_OF_TERM[contract["term"]], min(until, contract["ended_on"] or FOREVER)
    found, start = [], contract["started_on"]
    while start < last:
        end = months_later(contract["started_on"], (len(found) + 1) * months)
        found.append((start, end))
        start = end
    return found


# ---------------------------------------------------------------- what is billed


@dataclass(frozen=True)
class Line:
    """A base fee, credit or usage line: the period or month it belongs to, when it is due, its part of a price."""

    contract_id: str
    kind: str
    due_on: date
    start: date
    end: date
    part: Fraction = Fraction(1)
    dimension: str | None = None


def base_lines(contract):
    """Base fees due in the window, and the credit of an upgrade in it: the unused days of the period's days."""
    key, ended = contract["contract_id"], contract["ended_on"]
    lines = [Line(key, "base", start, start, end) for start, end in periods(contract, END) if start >= FIRST]
    if contract["end_reason"] == "upgrade" and FIRST <= ended < END:
        start, end = periods(contract, ended)[-1]
        unused = Fraction((end - ended).days, (end - start).days)
        lines += [Line(key, "credit", ended, start, end, -unused)] if unused else []
    return lines


def base_amount(prices, contract, line):
    """The offer's price, else the list's, times the line's part; None where there is neither."""
    listed = prices.plans[contract["rail"], contract["plan_key"]]
    price = contract["offered_usd"] if contract["offer_id"] else listed
    return None if price is None else cents(Fraction(price) * line.part)


def base_amounts(known, prices):
    """Every base fee and credit of the window → its amount."""
    lines = [(contract, line) for contract in known.contracts.values() for line in base_lines(contract)]
    return {line: base_amount(prices, contract, line) for contract, line in lines}


def terms(contract):
    """What the price and the allowance of usage depend on: rail, tier and offer."""
    return contract["rail"], contract["tier"], contract["offer_id"]


def usage_amounts(known, prices):
    """Every line of usage → its amount by sql_rater.sql, in which terms stand for plan and tier."""
    names = {key: f"{number}" for number, key in enumerate({terms(one) for one in known.contracts.values()})}
    used = [
        {
            "customer_id": row["contract_id"],
            "plan_key": names[terms(known.contracts[row["contract_id"]])],
            "dimension": row["dimension"],
            "month": row["usage_month"].isoformat(),
            "quantity": row["quantity"],
        }
        for row in known.usage
    ]
    plan_tier = [{"plan_key": name, "tier": name} for name in names.values()]
    every = [(name, *key, dimension) for key, name in names.items() for dimension in prices.unit_size]
    allowances = [allowance_row(known, prices, *one) for one in every]
    steps = [price_row(prices, name, dim, step) for name, rail, _, _, dim in every for step in prices.bands[rail, dim]]
    return {usage_line(row): row["amount_usd"] for row in sql_rater.rate(used, plan_tier, allowances, steps)}


def usage_line(rated):
    """A rated row as the line it is."""
    month = date.fromisoformat(rated["month"])
    return Line(rated["customer_id"], "usage", month, month, months_later(month, 1), dimension=rated["dimension"])


def allowance_row(known, prices, name, rail, tier, offer, dimension):
    """What the offer includes, else the tier, as the rater reads it."""
    free = known.offered.get(offer, {}).get(dimension, prices.allowances[tier, dimension])
    kind = "quantity" if is_quantity(free) else free.replace(" ", "_")
    return {"tier": name, "dimension": dimension, "kind": kind, "quantity": free if is_quantity(free) else None}


def price_row(prices, name, dimension, step):
    """One band of a dimension, as the rater reads it."""
    readings = {"bands": prices.counting, "thresholds": "overage", "part_units": "exact"}
    above, price = step
    unit_size = prices.unit_size[dimension]
    return {
        "tier": name,
        "dimension": dimension,
        "band_from": above,
        "unit_price": price,
        "unit_size": unit_size,
    } | readings


def amounts(known, prices, today=None):
    """Every line of the window that has a price; usage sold as it is `today` keeps the amount it has there."""
    usage, kept = known.usage, {}
    if today is not None:
        changed = {name for name in prices.unit_size if sold_as(prices, name) != sold_as(known.prices, name)}
        usage = [row for row in usage if row["dimension"] in changed]
        kept = {line: was for line, was in today.items() if line.kind == "usage" and line.dimension not in changed}
    lines = base_amounts(known, prices) | kept | usage_amounts(replace(known, usage=usage), prices)
    return {line: amount for line, amount in lines.items() if amount is not None}


def sold_as(prices, dimension):
    """All that the amount of a dimension's usage depends on."""
    bands = [prices.bands[rail, dimension] for rail in RAILS]
    included = {tier: free for (tier, name), free in prices.allowances.items() if name == dimension}
    return prices.counting, bands, prices.unit_size[dimension], included


# ---------------------------------------------------------------- whom a change reaches, and when


@dataclass(frozen=True)
class Reach:
    """When a scenario takes effect, when notice ends by rail, and who signed first when."""

    scenario: Scenario
    first_signed: dict

    @property
    def effective(self):
        """The scenario's own day inside the window, else the window's first."""
        return self.scenario.effective if FIRST <= self.scenario.effective < END else FIRST

    def notice_ends(self, contract):
        """The first day on which a contract that ran before the change may be reached."""
        days, lands_on = (NOTICES | self.scenario.notice)[contract["rail"]]
        day = self.effective + timedelta(days=days)
        if lands_on == "first_of_month" and day.day > 1:
            day = months_later(day.replace(day=1), 1)
        return max(day, self.scenario.freeze_until or date.min)

    def is_new(self, contract):
        """Begun on or after the change; for the cohort of new customers, with their first contract."""
        signed_on = self.first_signed[contract["customer_id"]]
        return (signed_on if self.scenario.cohort == "new" else contract["started_on"]) >= self.effective

    def of_base(self, contract, line):
        """The state of a base fee or credit."""
        if self.is_new(contract):
            return "repriced"
        if line.end <= self.effective:
            return "before"
        return "grandfathered" if self.scenario.cohort == "new" else self.of_running(contract, line)

    def of_usage(self, contract, line):
        """The state of a month's usage, seats included; what holds it longest is named."""
        if self.is_new(contract):
            return "repriced"
        if line.end <= self.effective:
            return "before"
        if self.scenario.cohort == "new" or contract["rail"] == "aws":
            return "grandfathered"
        if (contract["offer_id"] or self.scenario.cohort == "renewal") and line.start < self.renewed_on(contract):
            return "contract_locked" if contract["offer_id"] else "prepaid"
        return "repriced" if line.start >= self.notice_ends(contract) else self.waiting(line)

    def of_running(self, contract, line):
        """The state of a period of a contract that ran before the change, by dates; an offer holds it longest."""
        if line.start >= self.notice_ends(contract):
            return "repriced"
        if contract["offer_id"]:
            return "contract_locked"
        return self.waiting(line) if line.start >= self.effective else "prepaid"

    def waiting(self, line):
        """What a line waits for that is not paid yet: the end of a freeze, else of notice."""
        return "grandfathered" if line.start < (self.scenario.freeze_until or date.min) else "in_notice"

    def renewed_on(self, contract):
        """The first day of the first period that begins when notice is over."""
        notice_ends = self.notice_ends(contract)
        later = periods(contract, months_later(notice_ends, MONTHS_OF_TERM[contract["term"]]) + timedelta(days=1))
        return next((start for start, _ in later if start >= notice_ends), FOREVER)


def first_notices():
    """The first notice of each rail in data/rails.toml."""
    rails = tomllib.loads((ROOT / "data" / "rails.toml").read_text())["rails"]
    return {rail: (rails[rail]["notices"][0]["days"], rails[rail]["notices"][0]["lands_on"]) for rail in RAILS}


NOTICES = first_notices()


# ---------------------------------------------------------------- a run


@dataclass(frozen=True)
class Moved:
    """One line at today's prices and at the scenario's, and what became of it."""

    customer: str
    line: Line
    state: str
    baseline: Decimal
    could: Decimal

    @property
    def did(self):
        """What was really billed by the scenario's dates."""
        return self.could if self.state == "repriced" else self.baseline


def run(known, scenario, today):
    """One scenario over the window → every line with its state; whoever is not meant keeps today's prices."""
    prices, reach = scenario.change(known.prices), Reach(scenario, known.first_signed)
    proposed = amounts(known, prices, today)
    assert today.keys() == proposed.keys(), "a line lost its price"
    return [moved(known, reach, line, was, proposed[line]) for line, was in today.items()]


def moved(known, reach, line, was, becomes):
    """One line with its state."""
    contract = known.contracts[line.contract_id]
    customer = contract["customer_id"]
    is_meant = reach.scenario.persona is None or customer in known.sellers_3pi
    state = reach.of_usage(contract, line) if line.kind == "usage" else reach.of_base(contract, line)
    return Moved(customer, line, state, was, becomes if is_meant else was)


# ---------------------------------------------------------------- the golden tables


def summary(scenario, lines):
    """One row of a scenario: revenue, what could and did move, the parts by state, customers by what could move."""
    parts = Counter(dict.fromkeys(STATES, NO_MONEY))
    for one in lines:
        parts[one.state] += one.could - one.baseline
    could, did = directions(lines, "could"), directions(lines, "did")
    return {
        "scenario": scenario.key,
        "baseline_usd": total(lines, "baseline"),
        "could_delta_usd": total(lines, "could") - total(lines, "baseline"),
        "moved_delta_usd": total(lines, "did") - total(lines, "baseline"),
        **{f"{state}_usd": parts[state] for state in STATES},
        "customers": could.total(),
        **{way: could[way] for way in ("up", "down", "unchanged")},
        **{f"moved_{way}": did[way] for way in ("up", "down", "unchanged")},
    }


def dated(scenario, lines):
    """The same with the scenario's dates written out."""
    row = summary(scenario, lines)
    dates = {
        "cohort": scenario.cohort,
        "effective": scenario.effective,
        "aws_notice": " ".join(str(part) for part in scenario.notice.get("aws", ())),
        "freeze_until": scenario.freeze_until or "",
    }
    return {"scenario": row.pop("scenario"), **dates, **row}


def by_month(scenario, lines):
    """A row per month: usage in its own, base fees and credits in the month they fall due."""
    sums = defaultdict(lambda: dict.fromkeys(("baseline", "could", "did"), NO_MONEY))
    for one in lines:
        month = sums[f"{one.line.due_on:%Y-%m}"]
        month.update({which: amount + getattr(one, which) for which, amount in month.items()})
    return [
        {"scenario": scenario.key, "month": month, **{f"{which}_usd": amount for which, amount in row.items()}}
        for month, row in sorted(sums.items())
    ]


def total(lines, which):
    """The sum of one of the three amounts."""
    return sum((getattr(one, which) for one in lines), NO_MONEY)


def directions(lines, which):
    """How many customers' bills of the whole window rise, fall or stay."""
    was, becomes = Counter(), Counter()
    for one in lines:
        was[one.customer] += one.baseline
        becomes[one.customer] += getattr(one, which)
    return Counter(direction(bill, becomes[customer]) for customer, bill in was.items())


def direction(was, becomes):
    """Where one bill went; a change of at most 0.1 % is none."""
    if abs(becomes - was) <= abs(was) * UNCHANGED_UP_TO:
        return "unchanged"
    return "up" if becomes > was else "down"


HEADER = """\
# {title}
# Worked out without lib by tests/independent/price_change.py, usage by sql_rater.sql beside it, from the marts of the
# sample, 2025-11-01 up to 2026-11-01. Again: python -m tests.independent.price_change
"""
TITLES = {
    "price_change.csv": "Every ready scenario over twelve months: what could move, what did, what holds the rest.",
    "price_change_month.csv": "The same by month: today's prices, the scenario's for all at once, and as reached.",
    "price_change_dated.csv": "Some of them from a day inside the window, so that every state holds something.",
}


def tables(folder=PUBLISHED):
    """Every golden table by its file's name, worked out from the warehouse published in a folder."""
    with open_warehouse(folder) as warehouse:
        known = world(warehouse)
    today = amounts(known, known.prices)
    ready = [(scenario, run(known, scenario, today)) for scenario in READY]
    return {
        "price_change.csv": [summary(*one) for one in ready],
        "price_change_month.csv": [row for one in ready for row in by_month(*one)],
        "price_change_dated.csv": [dated(scenario, run(known, scenario, today)) for scenario in DATED],
    }


def text(name, table):
    """A golden table as its file has it."""
    lines = [",".join(table[0]), *(",".join(str(value) for value in row.values()) for row in table)]
    return HEADER.format(title=TITLES[name]) + "\n".join(lines) + "\n"


def read(name):
    """The rows of a golden table, as text."""
    lines = (GOLDEN / name).read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def main(*wish):
    """Write the golden tables, or say what they should say and stop at the first that does not."""
    for name, table in tables().items():
        if wish == ("write",):
            (GOLDEN / name).write_text(text(name, table))
        print(text(name, table))
        if (GOLDEN / name).read_text() != text(name, table):
            sys.exit(f"tests/golden/{name} says something else")


if __name__ == "__main__":
    main(*sys.argv[1:])
