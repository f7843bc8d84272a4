"""The control plane's customers: pilots, first routes, savings and add-ons. They hold no contract here."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from world import names, people
from world.people import Customer
from world.setting import Setting
from world.tables import write

PRODUCT = "control_plane"
ROUTES = ["customer_id", "product", "signed_on", "first_route_on"]
SAVINGS = ["customer_id", "product", "metric", "baseline_monthly_usd", "current_monthly_usd", "measured_on"]
ADDONS = ["customer_id", "product", "addon", "started_on", "price_usd"]
PILOTS = [
    "pilot_id", "product", "company", "step", "started_on", "measured_on", "baseline_value", "measured_value",
    "metric",
]  # fmt: skip
STEPS, VALIDATION = range(6), 3
Signed = dict[Customer, date]


class Measured(NamedTuple):
    """What a pilot's step measures: before, and at its end."""

    metric: str
    before: float
    after: float


def customers(setting: Setting, after: int) -> Signed:
    """Draw the second product's customers, numbered after the first's, with the day each signed."""
    dials, window = setting.recipe["second_product"], setting.window
    drawn = people.customers(
        setting, names.companies(dials["customers"], setting, PRODUCT), dials["personas"], after + 1
    )
    days = setting.stream("control plane/signed").integers(window.days // 3, window.days, len(drawn))
    return {person: window.first_on + timedelta(days=int(day)) for person, day in zip(drawn, days, strict=True)}


def write_all(setting: Setting, folder: Path, signed: Signed, prospects: list[str]) -> None:
    """Write the three files about them, and the pilots of those who are not yet: first of companies with a deal."""
    rng = setting.stream("control plane")
    write(folder / "first_routes.csv", ROUTES, _routes(setting, rng, signed))
    write(folder / "savings_baselines.csv", SAVINGS, _savings(setting, rng, signed))
    write(folder / "addons.csv", ADDONS, _addons(setting, rng, signed))
    write(folder / "pilots.csv", PILOTS, _known(_pilots(setting, rng, prospects), setting.seen_on))


def _routes(setting: Setting, rng: np.random.Generator, signed: Signed) -> Iterator[list[object]]:
    dials = setting.recipe["second_product"]
    for person, on in signed.items():
        first = on + timedelta(days=int(rng.integers(*dials["first_route_days"])))
        is_missing = rng.random() < dials["without_route_share"] or first > setting.seen_on
        if on <= setting.seen_on:
            yield [person.id, PRODUCT, on, "" if is_missing else first]


def _savings(setting: Setting, rng: np.random.Generator, signed: Signed) -> Iterator[list[object]]:
    dials = setting.recipe["second_product"]
    for person, on in signed.items():
        measured = on + timedelta(days=dials["days_to_savings"])
        before = int(rng.integers(*dials["monthly_model_spend"]))
        now = int(before * (1 - rng.uniform(*dials["saving"])))
        if measured <= setting.seen_on:
            yield [person.id, PRODUCT, "model_spend", f"{before}.00", f"{now}.00", measured]


def _addons(setting: Setting, rng: np.random.Generator, signed: Signed) -> Iterator[list[object]]:
    dials = setting.recipe["second_product"]
    for person, on in signed.items():
        started = on + timedelta(days=int(rng.integers(*dials["days_to_addon"])))
        addon = str(rng.choice(list(dials["addons"])))
        if rng.random() < dials["addon_share"] and started <= setting.seen_on:
            yield [person.id, PRODUCT, addon, started, dials["addons"][addon]]


def _pilots(setting: Setting, rng: np.random.Generator, prospects: list[str]) -> Iterator[list[Any]]:
    """Write every pilot step by step; savings are validated against the spend that was captured at the start."""
    dials = setting.recipe["second_product"]
    for i, company in enumerate(_tried(setting, prospects, dials["pilots"]), 1):
        begun, captured = setting.window.as_of - timedelta(days=int(rng.integers(*dials["pilot_age_days"]))), 0.0
        for step in STEPS:
            ready = begun + timedelta(days=int(rng.integers(*dials["pilot_step_days"])))
            is_done = ready <= setting.window.as_of
            found = _measure(rng, step, dials)
            captured = captured or found.before
            if step == VALIDATION:
                found = Measured(found.metric, captured, captured * found.after / found.before)
            seen = [ready, f"{found.before:.2f}", f"{found.after:.2f}"] if is_done else ["", f"{found.before:.2f}", ""]
            yield [f"pilot-{i:03d}", PRODUCT, company, step, begun, *seen, found.metric]
            if not is_done:
                break
            begun = ready


def _tried(setting: Setting, prospects: list[str], count: int) -> list[str]:
    """Name who tries the product: companies whose deal has come that far, and a few that no deal was opened for."""
    others = names.companies(count, setting, PRODUCT, "pilots")
    return [*prospects[:count], *others[len(prospects) :]]


def _known(steps: Iterator[list[Any]], seen_on: date) -> Iterator[list[Any]]:
    """Leave out the steps begun later; what was measured later is not known yet."""
    for pilot, product, company, step, begun, measured, before, after, metric in steps:
        if begun <= seen_on:
            seen = [measured, before, after] if measured and measured <= seen_on else ["", before, ""]
            yield [pilot, product, company, step, begun, *seen, metric]


def _measure(rng: np.random.Generator, step: int, dials: dict[str, Any]) -> Measured:
    """Measure one step the way its success criterion asks."""
    spend = float(rng.integers(*dials["monthly_model_spend"]))
    saved = spend * (1 - rng.uniform(*dials["saving"]))
    return [
        Measured("monthly_model_spend_usd", spend, spend),
        Measured("p95_latency_ms", 410, 410 * rng.uniform(0.95, 1.06)),
        Measured("slo_breaches", 3, float(rng.integers(0, 5))),
        Measured("monthly_model_spend_usd", spend, saved),
        Measured("policy_coverage_rate", 0.4, float(rng.choice([1.0, 1.0, 1.0, 0.92]))),
        Measured("roi_deck_delivered", 0, 1),
    ][step]
