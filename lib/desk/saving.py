"""What the desk knows of savings: beliefs, thresholds, prospects, what was measured, and how each claim stands.

Only the product that data/savings.toml names is looked at. No record says which quality of service was agreed with
whom, nor what was projected at the time: a measurement is held against the range that a reader picks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from lib import market, rails, savings
from lib.catalog.document import nearest
from lib.claims.finding import TRUE, UNDERSTATED, UNVERIFIABLE, Finding
from lib.desk.papers import DeskError, read_text
from lib.desk.products import product_list, product_month, product_scenarios
from lib.desk.trials import baselines, deals_of, framework, saving_facts
from lib.manifest import Manifest, fingerprint
from lib.periods import add_months
from lib.savings import Facts, Measurement, Sentence, Targets, Threshold

if TYPE_CHECKING:
    from lib.desk.desk import Desk

PILOT, CUSTOMER = "pilot", "customer"
STANDS, MARKED, LEFT_OUT = "stands", "marked", "left out"
_YEAR = 12

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sold:
    """What a deal says of a company: its facts, and the USD of ARR it was or would be sold at; None where unknown."""

    deal_id: str
    company: str
    owner: str | None
    persona: str
    rail: str
    icp_segment: str | None
    arr: Decimal | None


@dataclass(frozen=True)
class Measured:
    """A pilot or a customer whose spend is measured, and the deal it came by, if any.

    `recorded_before` is what a pilot's first step recorded as the baseline; it may differ from the one its savings step
    measured, which counts. `anniversary_on` is the next end of a year since the signing, on or after the recorded day.
    """

    kind: str
    key: str
    company: str
    spend: Measurement
    sold: Sold | None = None
    recorded_before: Decimal | None = None
    signed_on: date | None = None
    anniversary_on: date | None = None

    @property
    def has_two_baselines(self) -> bool:
        """Whether two steps of one pilot tell another spend before us."""
        return self.recorded_before not in (None, self.spend.before)


@dataclass(frozen=True)
class Checked:
    """A sentence of the sheet for a customer, the findings on its claims, and whether it may stand there.

    `stands` plainly, `marked` while a claim is not verified, or `left out` because one is false.
    """

    sentence: Sentence
    findings: tuple[Finding, ...]

    @property
    def standing(self) -> str:
        """What the verdicts allow."""
        verdicts = {one.verdict for one in self.findings}
        if verdicts == {TRUE}:
            return STANDS
        return MARKED if verdicts <= {TRUE, UNDERSTATED, UNVERIFIABLE} else LEFT_OUT


@dataclass(frozen=True)
class Rated:
    """What a plan costs a month under a scenario, in USD, exact; None where it cannot be told, and `why` not."""

    monthly: Decimal | None
    why: str = ""


def facts(desk: Desk) -> Facts:
    """What data/savings.toml says."""
    return saving_facts(desk)


def targets(desk: Desk) -> Targets:
    """What is believed of savings: data/assumptions/savings.toml."""
    return savings.parse_targets(read_text(desk.data / "assumptions" / "savings.toml"))


def thresholds(desk: Desk) -> tuple[Threshold, ...]:
    """The ideal-customer segments of the product that begin above a yearly model spend."""
    product = facts(desk).product
    ideal = (one for one in desk.segments.ideal_customers.values() if one.product == product)
    return tuple(
        Threshold(one.key, one.label, one.spend_from_usd, one.deal_from_usd, one.deal_to_usd)
        for one in ideal
        if one.spend_from_usd is not None
    )


def prospects(desk: Desk) -> tuple[Sold, ...]:
    """The open deals of the product, by company; a deal nobody gave a company is named by its own name."""
    product = facts(desk).product
    own = (deal for deal in desk.deals if deal.product == product)
    found = (
        Sold(
            one.deal_id, one.company or one.name, one.owner, one.persona, one.advised_rail, one.icp_segment, one.amount
        )
        for one in own
    )
    return tuple(sorted(found, key=lambda one: (one.company, one.deal_id)))


def measured(desk: Desk) -> tuple[Measured, ...]:
    """Every pilot and every customer of the product whose spend is or will be measured, by company."""
    product = facts(desk).product
    sold = _by_company(desk, product)
    found = [*_pilots(desk, product, sold), *_customers(desk, product, sold)]
    return tuple(sorted(found, key=lambda one: (one.company, one.key)))


def checked(desk: Desk) -> tuple[Checked, ...]:
    """Every sentence of the sheet with the findings on its claims; a claim that is none is refused by name."""
    own = facts(desk)
    known = {one.claim: one for one in desk.findings if one.product == own.product}
    for sentence in own.sheet:
        for claim in sentence.claims:
            if claim not in known:
                raise DeskError(
                    f"data/savings.toml: sheet.{sentence.key} is held against {claim!r}, which is no claim of "
                    f"{own.product} in data/claims.toml; {nearest(claim, known)}"
                )
    return tuple(Checked(sentence, tuple(known[claim] for claim in sentence.claims)) for sentence in own.sheet)


def price_scenarios(desk: Desk) -> dict[str, str]:
    """The scenarios that set prices of the product, by key: what each is called."""
    return {key: one.name for key, one in product_scenarios(desk.data, facts(desk).product).items()}


def price_plans(desk: Desk) -> dict[str, str]:
    """The plans of the product by key: tier and term in words, the lowest tier first."""
    book = product_list(desk, facts(desk).product)
    ranked = sorted(book.plans.items(), key=lambda item: book.tiers[item[1].tier].rank)
    return {key: f"{book.tiers[plan.tier].name}, {plan.term}" for key, plan in ranked}


def rated(desk: Desk, scenario: str, plan: str, usage: Mapping[str, Decimal]) -> Rated:
    """A month's usage on a plan under a scenario → its price; what nobody told or set is said, and never a zero."""
    product = facts(desk).product
    for one in product_list(desk, product, scenario).packaging.alternatives.values():
        if one.billed is None:
            return Rated(None, f"the scenario does not say which of {' and '.join(one.of)} is billed")
        if one.billed not in usage:
            return Rated(None, f"the {one.billed} of a month are not told")
    month = product_month(desk, product, plan, scenario, usage)
    if any(charge.status == "blocked" for charge in month.charges.values()):
        return Rated(None, "the plan's limit blocks part of this usage")
    return Rated(month.total, "" if month.total is not None else "a price of this plan is not set")


def with_inputs(manifest: Manifest, believed: Targets, inputs: Mapping[str, str]) -> Manifest:
    """A manifest of the desk → that of one prospect's savings: other beliefs, and what was entered."""
    ranges = {key: asdict(one) for key, one in believed.by_key.items()}
    return replace(manifest, assumptions=believed.name, assumptions_hash=fingerprint([ranges, dict(inputs)]))


def anniversary(since: date | None, on: date) -> date | None:
    """The first end of a year since a day that does not lie before another; None where nobody knows the day."""
    if since is None:
        return None
    years = max(1, on.year - since.year)
    ends = (add_months(since, _YEAR * (years + more)) for more in (0, 1))
    return next(end for end in ends if end >= on)


def _pilots(desk: Desk, product: str, sold: Mapping[str, Sold]) -> Iterable[Measured]:
    asked = framework(desk)
    begins, saves = asked.captures, asked.validates
    if asked.product != product or begins is None or saves is None:
        return
    wanted = {(step.number, step.metric) for step in (begins, saves)}
    steps: dict[str, dict[int, Row]] = {}
    for row in desk.warehouse.rows("pilot_step"):
        if row["product"] == product and (row["step"], row["metric"]) in wanted:
            steps.setdefault(row["pilot_id"], {})[row["step"]] = row
    for pilot, own in steps.items():
        begun, saved = own.get(begins.number), own.get(saves.number)
        recorded = begun["measured_value"] if begun else None
        any_step = saved or begun
        if any_step is None:
            continue
        spend = (
            Measurement(pilot, saved["baseline_value"], saved["measured_value"], saved["measured_on"])
            if saved
            else Measurement(pilot, recorded, None)
        )
        company = any_step["company"]
        yield Measured(PILOT, pilot, company, spend, sold.get(company.casefold()), recorded)


def _customers(desk: Desk, product: str, sold: Mapping[str, Sold]) -> Iterable[Measured]:
    names = {row["customer_id"]: row["customer_name"] for row in desk.warehouse.rows("customer")}
    signed = {
        row["customer_id"]: row["signed_on"] for row in desk.warehouse.rows("first_route") if row["product"] == product
    }
    for row in baselines(desk, product):
        key = row["customer_id"]
        name, since = names.get(key, key), signed.get(key)
        yield Measured(
            kind=CUSTOMER,
            key=key,
            company=name,
            spend=Measurement(key, row["baseline_monthly_usd"], row["current_monthly_usd"], row["measured_on"]),
            sold=sold.get(name.casefold()),
            signed_on=since,
            anniversary_on=anniversary(since, desk.recorded_on),
        )


def _by_company(desk: Desk, product: str) -> dict[str, Sold]:
    """The deal of every company that did not say no, by its name in small letters."""
    own = {name: row for (of, name), row in deals_of(desk).items() if of == product}
    return {name: _sold(row, desk.rails) for name, row in own.items() if row["is_won"] or not row["is_closed"]}


def _sold(row: Row, the_rails: rails.Rails) -> Sold:
    wishes = row["has_aws_account"], row["is_partner"], row["is_seller"], row["wants_consolidated_billing"]
    return Sold(
        deal_id=row["deal_id"],
        company=row["company_name"],
        owner=row["owner"],
        persona=market.persona(row),
        rail=rails.choose(rails.Facts(*wishes), the_rails).default,
        icp_segment=row["icp_segment"],
        arr=row["amount_usd"],
    )


def delivered_rates(found: Sequence[Measured]) -> tuple[Decimal, ...]:
    """What was delivered wherever it is measured, as fractions of the spend before."""
    return tuple(one.spend.rate for one in found if one.spend.rate is not None)
