"""What the page on savings asks of the desk: beliefs, prospects, measurements, claims; guarded, and kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import streamlit as st

from lib import savings
from lib.desk import expansion, saving
from lib.desk.saving import Checked, Measured, Rated, Sold
from lib.savings import Facts, Spread, Target, Threshold
from lib.ui import data
from lib.ui.cards import Stamp
from lib.ui.data import only_for
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version

ESTIMATES = "estimates of the control plane: no scenario of the list applies"
Inputs = tuple[tuple[str, str], ...]
_RESULTS = 64


@dataclass(frozen=True)
class Known:
    """Everything that holds whatever is entered.

    Facts, beliefs, thresholds and open deals; scenarios and plans to take a price from; of every segment its name and
    the ends of its usual deals in USD of ARR; and the part of the spend above which a saving is shared, if a founder
    set one.
    """

    facts: Facts
    name: str
    targets: Mapping[str, Target]
    thresholds: tuple[Threshold, ...]
    prospects: tuple[Sold, ...]
    scenarios: Mapping[str, str]
    plans: Mapping[str, str]
    segments: Mapping[str, tuple[str, Decimal, Decimal]]
    shared_above: Decimal | None


@only_for("savings")
def known() -> Known:
    """What the calculator stands on."""
    return _known(opened_version())


@only_for("savings")
def measured() -> tuple[Measured, ...]:
    """Every pilot and customer whose spend is or will be measured."""
    return _measured(opened_version())


@only_for("savings")
def measured_spend(company: str) -> Decimal | None:
    """What a company in a pilot spent on models in a month before us, as measured; None where nobody measured it."""
    own = (one.spend.before for one in measured() if one.kind == saving.PILOT and one.company == company)
    return next((before for before in own if before is not None), None)


@only_for("savings")
def delivered() -> Spread | None:
    """How much customers were delivered, whatever is looked at; None where nothing was measured."""
    return savings.spread(saving.delivered_rates([one for one in measured() if one.kind == saving.CUSTOMER]))


@only_for("savings")
def checked() -> tuple[Checked, ...]:
    """Every sentence of the sheet for a customer with the findings on its claims."""
    return _checked(opened_version())


@only_for("savings")
def rated(scenario: str, plan: str, usage: Mapping[str, Decimal]) -> Rated:
    """What a plan costs a month under a scenario of the product's own price list."""
    return _rated(opened_version(), scenario, plan, tuple(sorted(usage.items())))


@only_for("savings")
def stamp(inputs: Mapping[str, str]) -> Stamp:
    """Where one prospect's savings come from: the desk, the beliefs, and what was entered."""
    return _stamp(opened_version(), tuple(sorted(inputs.items())), data.stamp())


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _known(version: Version) -> Known:
    desk = opened_desk(version)
    believed = saving.targets(desk)
    ideal = desk.segments.ideal_customers.values()
    return Known(
        facts=saving.facts(desk),
        name=believed.name,
        targets=dict(believed.by_key),
        thresholds=saving.thresholds(desk),
        prospects=() if desk.missing("deal") else saving.prospects(desk),
        scenarios=saving.price_scenarios(desk),
        plans=saving.price_plans(desk),
        segments={one.key: (one.label, one.deal_from_usd, one.deal_to_usd) for one in ideal},
        shared_above=expansion.the_playbook(desk).gain_share_threshold,
    )


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _measured(version: Version) -> tuple[Measured, ...]:
    return saving.measured(opened_desk(version))


@st.cache_data(max_entries=VERSIONS, show_spinner="Judging every claim…")
def _checked(version: Version) -> tuple[Checked, ...]:
    return saving.checked(opened_desk(version))


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _rated(version: Version, scenario: str, plan: str, usage: tuple[tuple[str, Decimal], ...]) -> Rated:
    return saving.rated(opened_desk(version), scenario, plan, dict(usage))


@st.cache_data(max_entries=_RESULTS, show_spinner=False)
def _stamp(version: Version, inputs: Inputs, _stamp: Stamp) -> Stamp:
    desk = opened_desk(version)
    made = saving.with_inputs(desk.manifest(), saving.targets(desk), dict(inputs))
    entered = {f"entered: {name}": value for name, value in inputs}
    return replace(_stamp, scenario=ESTIMATES, fingerprint=made.fingerprint, manifest={**made.as_dict(), **entered})
