"""What the desk knows of pilots: each judged step by step, the deal of its company, and what they prove together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lib import market, pilots, rails
from lib.catalog.document import nearest
from lib.desk.papers import DeskError, read_text
from lib.pilots import Framework, Pilot
from lib.playbook import MEASURES, Evidence
from lib.renewals import Saving
from lib.savings import Facts, parse_facts

if TYPE_CHECKING:
    from lib.desk.desk import Desk


@dataclass(frozen=True)
class Trial:
    """One pilot with what its deal says; every one of these is None where no deal of its company is on file."""

    pilot: Pilot
    deal_id: str | None = None
    owner: str | None = None
    icp_segment: str | None = None
    persona: str | None = None
    advised_rail: str | None = None


def framework(desk: Desk) -> Framework:
    """The steps of data/pilots.toml; one that proves what the playbook has no measure of is refused."""
    found = pilots.parse(read_text(desk.data / "pilots.toml"))
    for one in found.steps:
        if one.proves and one.proves not in MEASURES:
            raise DeskError(
                f"data/pilots.toml, step {one.number} proves {one.proves!r}, which is no measure of the playbook; "
                f"{nearest(one.proves, MEASURES)}"
            )
    return found


def trials(desk: Desk) -> tuple[Trial, ...]:
    """Every pilot as of the day the desk is opened, each with the deal of the same company and product."""
    found = pilots.judge(desk.warehouse.rows("pilot_step"), framework(desk), desk.as_of)
    deals = deals_of(desk)
    return tuple(_trial(desk, one, deals.get((one.product, one.company.casefold()))) for one in found)


def deals_of(desk: Desk) -> dict[tuple[str, str], Mapping[str, Any]]:
    """The deal of each product and company, told in small letters.

    A won one comes before an open one and that before a lost one; of several the one won, opened or lost last.
    """
    rows = [row for row in desk.warehouse.rows("deal") if row["company_name"]]
    rows.sort(key=_nearness)
    return {(row["product"], row["company_name"].casefold()): row for row in rows}


def _nearness(row: Mapping[str, Any]) -> tuple[bool, bool, str, str]:
    """How near a deal is to what its company buys of us; the nearest is the greatest."""
    day = row["close_on"] if row["is_closed"] else row["created_on"]
    return bool(row["is_won"]), not row["is_closed"], str(day or ""), row["deal_id"]


def evidence(desk: Desk, savings: Iterable[Saving]) -> dict[str, Evidence]:
    """What pilots and savings on record measure, by the names that the playbook uses."""
    steps = [step for trial in trials(desk) for step in trial.pilot.steps]
    values = {name: [one.proof for one in steps if one.step.proves == name] for name in MEASURES}
    values["saving_rate"] = [one.rate for one in savings]
    return {name: Evidence(name, tuple(sorted(one for one in values[name] if one is not None))) for name in MEASURES}


def savings(desk: Desk) -> dict[str, Saving]:
    """What each customer saves of its model spend, by customer; what else was measured of it is no such saving."""
    rows = baselines(desk, saving_facts(desk).product)
    return {
        row["customer_id"]: Saving(
            customer_id=row["customer_id"],
            product=row["product"],
            metric=row["metric"],
            baseline=row["baseline_monthly_usd"],
            current=row["current_monthly_usd"],
            measured_on=row["measured_on"],
        )
        for row in rows
        if row["baseline_monthly_usd"] is not None and row["current_monthly_usd"] is not None and row["measured_on"]
    }


def saving_facts(desk: Desk) -> Facts:
    """What data/savings.toml says."""
    return parse_facts(read_text(desk.data / "savings.toml"))


def baselines(desk: Desk, product: str) -> list[Mapping[str, Any]]:
    """The rows of marts.savings_baseline that measure the model spend of a product's customers: one of each."""
    metric = saving_facts(desk).customers_metric
    rows = desk.warehouse.rows("savings_baseline")
    return [row for row in rows if row["product"] == product and row["metric"] == metric]


def _trial(desk: Desk, pilot: Pilot, deal: Mapping[str, object] | None) -> Trial:
    if deal is None:
        return Trial(pilot)
    facts = rails.Facts(
        *(str(deal[name]) for name in ("has_aws_account", "is_partner", "is_seller", "wants_consolidated_billing"))
    )
    return Trial(
        pilot,
        deal_id=_text(deal["deal_id"]),
        owner=_text(deal["owner"]),
        icp_segment=_text(deal["icp_segment"]),
        persona=market.persona(deal),
        advised_rail=rails.choose(facts, desk.rails).default,
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
