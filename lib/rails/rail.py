"""What is known of a rail and of a customer: the nouns of `data/rails.toml`, and the raw facts a choice is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from lib.catalog.document import nearest
from lib.periods import notice_over
from lib.refusal import Refusal

ANSWERS = ("yes", "no", "unknown")
STANDINGS = ("primary", "secondary", "unverified")  # where a rule is written: by who makes it, by others, or nowhere
REQUIREMENTS = ("deployed_on_aws",)
CHANGES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "proration": ("day", "second"),
        "on_upgrade": ("new_anchor", "keep_anchor"),
        "seats": ("monthly_maximum", "entitlement"),
        "bands": ("restart", "continue"),
        "corrections": ("credit", "carried"),
    }
)


class RailsError(Refusal):
    """Rails, a customer's facts or a sale that cannot be true; the message says where and what to do."""


@dataclass(frozen=True)
class Facts:
    """What tree 1 of the segmentation paper asks about one customer: each 'yes', 'no' or 'unknown'."""

    has_aws_account: str
    is_partner: str
    is_seller: str
    wants_consolidated_billing: str

    def __post_init__(self) -> None:
        for field in fields(self):
            one_of(getattr(self, field.name), ANSWERS, field.name)


FACT_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "has_aws_account": "AWS account",
        "is_partner": "AWS partner",
        "is_seller": "AWS Marketplace seller",
        "wants_consolidated_billing": "wish for consolidated billing",
    }
)


@dataclass(frozen=True)
class Offering:
    """Who is offered a rail: the fact it requires, the facts that prefer it, and the wish that decides the rest."""

    requires: str
    preferred_for: tuple[str, ...]
    chosen_by: str
    benefit: str
    source: str


@dataclass(frozen=True)
class Notice:
    """How long before a price change reaches existing contracts, and on which day it may land."""

    name: str
    days: int
    lands_on: str
    source: str
    as_of: date


@dataclass(frozen=True)
class Changing:
    """What a rail does when something changes in the middle of a period, each with its source; words in `CHANGES`.

    `proration` is the unit a part of a period is counted in; `on_upgrade` whether the new plan keeps the billing day;
    `seats` whether a month's largest number is billed or each change of an entitlement; `bands` where a month's usage
    stands in the bands after a change; `corrections` whether usage corrected downwards is credited or carried.
    """

    proration: str
    proration_source: str
    on_upgrade: str
    on_upgrade_source: str
    seats: str
    seats_source: str
    bands: str
    bands_source: str
    corrections: str
    corrections_source: str
    as_of: date


@dataclass(frozen=True)
class Backlog:
    """How many hours after its use a record is still taken; texts differ by year, and the first is the default."""

    name: str
    hours: int
    source: str
    as_of: date


@dataclass(frozen=True)
class Metering:
    """What a rail's meter takes: marketplace dimensions priced at the coin, whole coins, no record above the largest.

    A month's usage is sent until `closes_after_hours` of the month after it (UTC).
    """

    dimensions: str
    dimensions_source: str
    largest_record: int
    largest_record_source: str
    closes_after_hours: int
    closes_source: str
    backlogs: tuple[Backlog, ...]


@dataclass(frozen=True)
class Commitment:
    """What is said of how purchases on a rail retire a buyer's yearly commitment, and how well that is known.

    At most `ceiling_rate` of it (a fraction); purchases invoiced from `counts_since` on only where the product is
    deployed on AWS. A standing is one of `STANDINGS`. `deployed` says of our own product yes, no or unknown.
    """

    ceiling_rate: Decimal
    ceiling_source: str
    ceiling_standing: str
    counts_since: date
    requires: str
    requires_source: str
    requires_standing: str
    deployed: str
    deployed_source: str
    as_of: date


@dataclass(frozen=True)
class FeeRow:
    """One dated row of a rail's fees: `rate` of the amount (a fraction) plus `fixed_usd`, at most `cap_usd`.

    It applies where every fact of the sale that `when` names is among the values listed. Parts of one `line` are
    added and rounded together. Rows of one part replace each other: the newest row in force wins, and of those the
    highest `contract_value_from_usd` that the whole contract reaches.
    """

    line: str
    part: str
    rate: Decimal
    when: Mapping[str, Sequence[Any]]
    source: str
    as_of: date
    effective: date = date.min
    fixed_usd: Decimal = Decimal(0)
    cap_usd: Decimal | None = None
    contract_value_from_usd: Decimal = Decimal(0)


@dataclass(frozen=True)
class Rail:
    """One way of moving money, by one of its `methods`.

    `notices` opens with the default; `offering` is None where everybody may use it, `metering` where usage goes on our
    own invoice and no meter is told, `commitment` where buying on it retires none of the buyer's.
    """

    key: str
    label: str
    methods: tuple[str, ...]
    absorb: bool
    absorb_source: str
    payout_lag_days: int
    payout_source: str
    dimension_rate_reach: str
    reach_source: str
    changes: Changing
    notices: tuple[Notice, ...]
    fees: tuple[FeeRow, ...]
    offering: Offering | None = None
    metering: Metering | None = None
    commitment: Commitment | None = None


Rails = Mapping[str, Rail]
NOT_SET = "not set"


@dataclass(frozen=True)
class Declared:
    """A rail that a paper names for a product and nobody is sold on: what it is for, and that its fees are not set."""

    key: str
    label: str
    product: str
    purpose: str
    fees: str
    source: str
    as_of: date


def reaches_existing_on(notice: Notice, announced_on: date) -> date:
    """The first day on which a price announced on `announced_on` may reach an existing contract."""
    return notice_over(announced_on, notice.days, notice.lands_on)


def paid_out_on(rail: Rail, settled_on: date) -> date:
    """The day money settled on `settled_on` is expected in the bank: the rail's usual lag, never a promise."""
    return settled_on + timedelta(days=rail.payout_lag_days)


def one_of(value: str, allowed: Iterable[str], where: str) -> None:
    """Refuse a word that is none of those allowed, naming the nearest."""
    if value not in allowed:
        raise RailsError(f"{where} cannot be {value!r}; {nearest(str(value), allowed)}")
