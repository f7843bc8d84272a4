"""Whom each product is for, and how it is sold to them: the papers' tables beside what we have on record.

Guarded and kept as `lib.ui.data` does it: keys are the version and small values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from lib.segments import Channel, IdealCustomer, Opening, Persona, Positioning, PricingModel, Role, range_verdict
from lib.ui import advised, data
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version

PAGE = "segments"


@dataclass(frozen=True)
class Asked:
    """An open deal of a segment: what it asks for in USD, None where nobody entered it, and its range verdict."""

    icp_segment: str
    persona: str
    amount: Decimal | None
    verdict: str


@dataclass(frozen=True)
class Aims:
    """What a product is to its buyers: segments, their openings and our open deals, roles, positioning, channels."""

    product: str
    segments: tuple[IdealCustomer, ...]
    openings: Mapping[str, Opening]
    deals: tuple[Asked, ...]
    roles: tuple[Role, ...]
    positioning: tuple[Positioning, ...]
    channels: tuple[Channel, ...]


@dataclass(frozen=True)
class Ladder:
    """Vellocity's personas from the bottom, the pricing model advised to each, and how far every customer's bills vary.

    `variations` are by customer, fractions of the mean monthly bill, and estimates.
    """

    personas: tuple[Persona, ...]
    pricing: Mapping[str, PricingModel]
    channels: tuple[Channel, ...]
    variations: Mapping[str, float]


@data.only_for(PAGE)
def of(product: str) -> Aims:
    """Segments, roles, positioning and channels of one product."""
    return _of(opened_version(), product)


@data.only_for(PAGE)
def ladder() -> Ladder:
    """The ladder with what is advised on each of its rungs."""
    version = opened_version()
    known = opened_desk(version).segments
    personas = tuple(known.personas.values())
    channels = tuple(one for one in known.channels if one.product == personas[0].product)
    return Ladder(personas, dict(known.pricing_models), channels, advised.variations(version))


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _of(version: Version, product: str) -> Aims:
    desk = opened_desk(version)
    known, own = desk.segments, desk.segments.of_product(product)
    deals = [deal for deal in desk.deals if deal.product == product and deal.icp_segment in own]
    return Aims(
        product,
        tuple(own.values()),
        dict(desk.motions.of[product].openings),
        tuple(
            Asked(
                str(deal.icp_segment),
                deal.persona,
                deal.amount,
                range_verdict(own, product, deal.icp_segment, deal.amount).key,
            )
            for deal in deals
        ),
        tuple(one for one in known.roles if one.product == product),
        tuple(one for one in known.positioning if one.product == product),
        tuple(one for one in known.channels if one.product == product),
    )
