"""The CRM's deals of both products, open and closed, in HubSpot's layout."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from world import names, people
from world.contract import Contract
from world.people import LADDER, Customer
from world.setting import Setting
from world.tables import write

HEADER = [
    "Record ID", "Deal Name", "Pipeline", "Deal Stage", "Amount", "Close Date", "Create Date", "Deal owner",
    "Associated Company", "Product", "ICP segment", "AWS account", "AWS partner", "AWS Marketplace seller",
    "Wants consolidated billing", "Marketplace integrator", "Is closed won", "Date entered current stage",
    "Sales channel",
]  # fmt: skip
TITLES = {"vellocity": "Vellocity", "control_plane": "Control plane"}
FIRST_RECORD = 9_000_000_001
WON, LOST, LAST_OPEN = "Launched", "Closed Lost", "Committed"


@dataclass(frozen=True)
class Deal:
    """One deal; `facts` are what sales has asked: account, partner, seller, wish, integrator.

    It came to its stage on `came`, which nobody may have kept; `part` of its age it stands there, while it is open.
    """

    company: str
    facts: list[str]
    product: str
    stage: str
    created: date
    close: date
    segment: str
    amount: int
    came: date = date.min
    part: float = 0.0
    is_kept: bool = True
    channel: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether it can still be won."""
        return self.stage not in (WON, LOST)

    def stood(self, on: date) -> date:
        """Say when it came to the stage it stands at on a day."""
        return on - timedelta(days=int((on - self.created).days * self.part))


def write_deals(
    setting: Setting, path: Path, contracts: list[Contract], second: dict[Customer, date]
) -> dict[str, str]:
    """Write open, lost and won deals, oldest first, each with an owner; → the segment of companies won, by name."""
    rng = setting.stream("deals")
    found = [*_open(setting, rng), *_lost(setting, rng)]
    found += [*_won(setting, rng, contracts), *_won_second(setting, rng, second)]
    found.sort(key=lambda deal: (deal.created, deal.company))
    owners = rng.choice(names.owners(), len(found))
    found = _channelled(setting, _staged(setting, _as_recorded(setting, found)))
    rows = zip(range(FIRST_RECORD, FIRST_RECORD + len(found)), found, owners, strict=True)
    stages = list(setting.recipe["pipeline"]["stages"])
    known = ((record, _as_of(deal, setting.seen_on, stages), owner) for record, deal, owner in rows)
    write(path, HEADER, [_row(record, deal, owner) for record, deal, owner in known if deal])
    return {deal.company: deal.segment for deal in found if deal.stage == WON}


def _as_of(deal: Deal, on: date, stages: list[str]) -> Deal | None:
    """A deal as it stood on a day: nothing before it was created, and a stage earlier until it came to its own."""
    if deal.created > on:
        return None
    if deal.came <= on:
        return deal
    before = stages[max(stages.index(deal.stage) - 1, 0)] if deal.is_open else LAST_OPEN
    return replace(deal, stage=before, came=deal.stood(on))


def _row(record: int, deal: Deal, owner: str) -> list[object]:
    title = TITLES[deal.product]
    return [
        record, f"{deal.company} - {title}", f"{title} sales", deal.stage, deal.amount, deal.close.isoformat(),
        deal.created.isoformat(), owner, deal.company, deal.product, deal.segment, *deal.facts,
        str(deal.stage == WON).lower(), deal.came.isoformat() if deal.is_kept else "", deal.channel,
    ]  # fmt: skip


def _as_recorded(setting: Setting, deals: list[Deal]) -> list[Deal]:
    """Let sales put some open deals into another segment, or into none: their size is then unusual for it."""
    rng, dials = setting.stream("deal segments"), setting.recipe["pipeline"]
    segments = ["", *setting.recipe["second_product"]["segments"]]
    wrong = rng.random(len(deals)) < dials["other_segment_share"]
    told = [str(rng.choice(segments)) for _ in deals]
    return [
        replace(deal, segment=segment) if is_wrong and deal.is_open and deal.segment else deal
        for deal, segment, is_wrong in zip(deals, told, wrong, strict=True)
    ]


def _staged(setting: Setting, deals: list[Deal]) -> list[Deal]:
    """Draw the day each deal came to its stage: a closed one when it closed; of some, nobody kept it."""
    rng, dials = setting.stream("deal stages"), setting.recipe["pipeline"]
    kept = rng.random(len(deals)) >= dials["unknown_stage_day_share"]
    parts = rng.uniform(*dials["part_of_age_in_stage"], len(deals))
    told = [replace(deal, part=part, is_kept=bool(k)) for deal, part, k in zip(deals, parts, kept, strict=True)]
    as_of = setting.window.as_of
    return [replace(deal, came=deal.stood(as_of) if deal.is_open else deal.close) for deal in told]


def _channelled(setting: Setting, deals: list[Deal]) -> list[Deal]:
    """Draw through whom each deal came, by product; most come to us directly, and of some nobody says."""
    rng, dials = setting.stream("deal channels"), setting.recipe["pipeline"]["channels"]
    ways = [str(rng.choice(list(dials[deal.product]), p=list(dials[deal.product].values()))) for deal in deals]
    return [replace(deal, channel=way) for deal, way in zip(deals, ways, strict=True)]


def _open(setting: Setting, rng: np.random.Generator) -> Iterator[Deal]:
    dials, as_of = setting.recipe["pipeline"], setting.window.as_of
    for product, count in dials["open"].items():
        stages = people.spread(rng, dials["stages"], count)
        for (company, facts), stage in zip(_prospects(setting, rng, product, "open"), stages, strict=True):
            created = as_of - timedelta(days=int(rng.integers(*dials["days_open"])))
            close = as_of + timedelta(days=int(rng.integers(*dials["days_to_close"])))
            yield Deal(company, facts, product, stage, created, close, *_worth(setting, rng, product))


def _lost(setting: Setting, rng: np.random.Generator) -> Iterator[Deal]:
    for product in setting.recipe["pipeline"]["lost"]:
        for company, facts in _prospects(setting, rng, product, "lost"):
            close = setting.window.as_of - timedelta(days=int(rng.integers(1, setting.window.days)))
            worth = _worth(setting, rng, product)
            yield _dated(setting, rng, Deal(company, facts, product, LOST, close, close, *worth))


def _won(setting: Setting, rng: np.random.Generator, contracts: list[Contract]) -> Iterator[Deal]:
    """Let some customers have come through a deal of their tier's size."""
    dials = setting.recipe["pipeline"]
    for stay in contracts:
        if stay.serial == 1 and stay.tier in dials["amounts"] and rng.random() < dials["won_share"]:
            company, facts = stay.customer.name, _known(stay.customer)
            worth = "", dials["amounts"][stay.tier]
            yield _dated(setting, rng, Deal(company, facts, "vellocity", WON, stay.started, stay.started, *worth))


def _won_second(setting: Setting, rng: np.random.Generator, second: dict[Customer, date]) -> Iterator[Deal]:
    for person, signed in second.items():
        worth = _worth(setting, rng, "control_plane")
        yield _dated(setting, rng, Deal(person.name, _known(person), "control_plane", WON, signed, signed, *worth))


def _dated(setting: Setting, rng: np.random.Generator, deal: Deal) -> Deal:
    """Let a closed deal have been created some weeks before."""
    days = int(rng.integers(*setting.recipe["pipeline"]["days_of_a_closed_deal"]))
    return replace(deal, created=deal.close - timedelta(days=days))


def _worth(setting: Setting, rng: np.random.Generator, product: str) -> tuple[str, int]:
    """Draw a segment and a yearly amount; the second product's deal sizes go by segment."""
    if product == "control_plane":
        segments = setting.recipe["second_product"]["segments"]
        segment = str(rng.choice(list(segments)))
        return segment, int(rng.integers(*segments[segment])) // 1000 * 1000
    dials = setting.recipe["pipeline"]
    tier = str(rng.choice(list(dials["tiers"]), p=list(dials["tiers"].values())))
    return "", int(dials["amounts"][tier] * rng.uniform(*dials["around"])) // 100 * 100


def _prospects(
    setting: Setting, rng: np.random.Generator, product: str, outcome: str
) -> Iterator[tuple[str, list[str]]]:
    section = "people" if product == "vellocity" else "second_product"
    count = setting.recipe["pipeline"][outcome][product]
    personas = people.spread(rng, setting.recipe[section]["personas"], count)
    companies = names.companies(count, setting, "prospects", f"{product} {outcome}")
    for company, persona in zip(companies, personas, strict=True):
        yield company, _facts(setting, rng, persona)


def _facts(setting: Setting, rng: np.random.Generator, persona: str) -> list[str]:
    dials = setting.recipe["people"]
    wants = "yes" if rng.random() < dials["consolidated_billing"][persona] else "no"
    facts = people.asked(rng, [*LADDER[persona], wants], setting.recipe["pipeline"]["unknown_fact_share"])
    integrator = str(rng.choice(dials["integrators"]))
    return [*facts, integrator if persona == "seller_3pi" and facts[2] == "yes" else ""]


def _known(person: Customer) -> list[str]:
    return [person.has_account, person.is_partner, person.is_seller, person.wants_consolidated, person.integrator]


def in_validation(setting: Setting, product: str) -> list[str]:
    """Name the companies whose open deal of a product has come to validation or further."""
    early = list(setting.recipe["pipeline"]["stages"])[:2]
    found = _open(setting, setting.stream("deals"))
    return [deal.company for deal in found if deal.product == product and deal.stage not in early]
