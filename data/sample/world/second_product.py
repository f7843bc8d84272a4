"""The control plane's customers: pilots, first routes, savings and add-ons. They hold no contract here."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from world import names, people
from world.months import Window
from world.people import Customer
from world.recipe import stream
from world.tables import write

PRODUCT = "control_plane"
BASELINE_ON = 30  # days from signing to the savings measurement


def customers(after: int, seed: int, recipe: dict[str, Any]) -> list[Customer]:
    """Draw the second product's customers, numbered after the first's."""
    dials = {**recipe["people"], "personas": recipe["second_product"]["personas"]}
    drawn = people.customers(recipe["second_product"]["customers"], seed + 1, dials)
    titles = names.companies(len(drawn), seed, PRODUCT)
    return [
        Customer(**{**person.__dict__, "number": after + i, "name": title})
        for i, (person, title) in enumerate(zip(drawn, titles, strict=True), 1)
    ]


def signing_days(second: list[Customer], seed: int, window: Window) -> list[date]:
    """Say when each of them signed."""
    rng = stream(seed, "control plane/signed")
    span = (window.as_of - window.first_on).days
    return [window.first_on + timedelta(days=int(rng.integers(span // 3, span - 2))) for _ in second]


def write_all(
    folder: Path, second: list[Customer], signed: list[date], seed: int, window: Window, recipe: dict[str, Any]
) -> None:
    """Write the four files about them, and the pilots."""
    rng = stream(seed, "control plane")
    dials = recipe["second_product"]
    pairs = list(zip(second, signed, strict=True))
    write(
        folder / "first_routes.csv",
        ["customer_id", "product", "signed_on", "first_route_on"],
        _routes(rng, pairs, window, dials),
    )
    header = ["customer_id", "product", "metric", "baseline_monthly_usd", "current_monthly_usd", "measured_on"]
    write(folder / "savings_baselines.csv", header, _savings(rng, pairs, window, dials))
    write(
        folder / "addons.csv",
        ["customer_id", "product", "addon", "started_on", "price_usd"],
        _addons(rng, pairs, window, dials),
    )
    header = [
        "pilot_id",
        "product",
        "company",
        "step",
        "started_on",
        "measured_on",
        "baseline_value",
        "measured_value",
        "metric",
    ]
    write(folder / "pilots.csv", header, _pilots(rng, seed, window, dials))


def _routes(
    rng: np.random.Generator, pairs: list[tuple[Customer, date]], window: Window, dials: dict[str, Any]
) -> Iterator[list[object]]:
    for person, on in pairs:
        first = on + timedelta(days=int(rng.integers(*dials["first_route_days"])))
        missing = first > window.as_of or rng.random() < dials["without_route_share"]
        yield [person.id, PRODUCT, on.isoformat(), "" if missing else first.isoformat()]


def _savings(
    rng: np.random.Generator, pairs: list[tuple[Customer, date]], window: Window, dials: dict[str, Any]
) -> Iterator[list[object]]:
    for person, on in pairs:
        measured = on + timedelta(days=BASELINE_ON)
        baseline = int(rng.integers(*dials["monthly_model_spend"]))
        current = int(baseline * (1 - rng.uniform(*dials["saving"])))
        if measured <= window.as_of:
            yield [person.id, PRODUCT, "model_spend", f"{baseline}.00", f"{current}.00", measured.isoformat()]


def _addons(
    rng: np.random.Generator, pairs: list[tuple[Customer, date]], window: Window, dials: dict[str, Any]
) -> Iterator[list[object]]:
    for person, on in pairs:
        started = on + timedelta(days=int(rng.integers(10, 120)))
        if rng.random() < dials["addon_share"] and started <= window.as_of:
            addon = str(rng.choice(list(dials["addons"])))
            yield [person.id, PRODUCT, addon, started.isoformat(), f"{dials['addons'][addon]}.00"]


def _pilots(rng: np.random.Generator, seed: int, window: Window, dials: dict[str, Any]) -> Iterator[list[object]]:
    for i, company in enumerate(names.companies(dials["pilots"], seed, PRODUCT, "pilots"), 1):
        started = window.as_of - timedelta(days=int(rng.integers(6, 170)))
        for step in range(6):
            measured = started + timedelta(days=int(rng.integers(*dials["pilot_step_days"])))
            yield _step(f"pilot-{i:03d}", company, step, started, measured, window, rng, dials)
            if measured > window.as_of:
                break
            started = measured


def _step(
    pilot: str,
    company: str,
    step: int,
    started: date,
    measured: date,
    window: Window,
    rng: np.random.Generator,
    dials: dict[str, Any],
) -> list[object]:
    """Measure one step the way its success criterion asks."""
    spend = float(rng.integers(*dials["monthly_model_spend"]))
    metric, baseline, value = [
        ("monthly_model_spend_usd", spend, spend),
        ("p95_latency_ms", 410.0, 410.0 * rng.uniform(0.95, 1.06)),
        ("slo_breaches", 3.0, float(rng.integers(0, 5))),
        ("monthly_model_spend_usd", spend, spend * (1 - rng.uniform(*dials["saving"]))),
        ("policy_coverage_rate", 0.4, float(rng.choice([1.0, 1.0, 1.0, 0.92]))),
        ("roi_deck_delivered", 0.0, 1.0),
    ][step]
    done = measured <= window.as_of
    seen = [measured.isoformat(), f"{baseline:.2f}", f"{value:.2f}"] if done else ["", f"{baseline:.2f}", ""]
    return [pilot, PRODUCT, company, step, started.isoformat(), *seen, metric]
