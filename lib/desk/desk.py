"""The desk: one warehouse version, book, scenario and assumptions, opened as of one date.

Pages and the command line both work at this desk, so a number has one home. It keeps no state and no cache of its
own beyond what one opening needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property, reduce
from pathlib import Path
from typing import Any

from lib import costs, forecast, freshness, guardrails, market, promises, rails, restarts, segments, surfaces
from lib.catalog.book import Book, parse
from lib.catalog.current import current_book
from lib.catalog.document import nearest
from lib.catalog.scenario import Scenario, ScenarioError, merged, parse_scenario
from lib.claims.acknowledged import Acknowledgement, weighed
from lib.claims.finding import Finding
from lib.contracts import Offer, Reach, keep_anchors
from lib.desk import billing, judging, payouts, promising, publishing, reacting, records, simulating
from lib.desk.forecast_grounds import Grounds, grounds
from lib.desk.papers import DATA, SNAPSHOTS, DeskError, facts_hash, read_document, read_text
from lib.desk.simulation import PAST, Simulation
from lib.freshness import SourceState, source_states
from lib.guardrails import Limit
from lib.manifest import Manifest, fingerprint
from lib.off_list import OffList
from lib.outcome import Outcome, Population, UsageCell, cumulated, outcome
from lib.periods import last_full_months, month_end
from lib.reactions import Reactions
from lib.reconciliation import (
    Evidence,
    Invoiced,
    MeterLine,
    ParityLine,
    Reproduction,
    invoiced,
    metering,
    parity,
    reproduction,
)
from lib.response import Responses
from lib.revenue import Recurring, RecurringContract, recurring
from lib.simulator.bill import Bill, bills
from lib.warehouse.publish import as_of as published_as_of
from lib.warehouse.read import Warehouse, open_as_of

HISTORY_STARTS = date.min


@dataclass(frozen=True)
class RecurringMonth:
    """Recurring revenue of one group on the last recorded day of one month."""

    month: date
    group: str
    recurring: Recurring


def opened_as_of(day: date, snapshot_on: date) -> date:
    """The day a desk is opened as of; never before its snapshot, which holds facts from later."""
    if day < snapshot_on:
        raise DeskError(
            f"the snapshot is dated {snapshot_on}, after --as-of {day}; "
            f"it holds facts from later: pass --as-of {snapshot_on} or a later day"
        )
    return day


def published(folder: Path, day: date | None = None) -> Path:
    """The warehouse file of the newest snapshot that is published in a folder now, or of the newest not after a day."""
    return published_as_of(folder, day)


@dataclass(frozen=True)
class Desk:
    """One opening of the product. `warehouse` is a published version; `data` the folder of facts, choices, beliefs."""

    warehouse: Warehouse
    data: Path
    as_of: date

    @classmethod
    def open(cls, folder: Path, data: Path = DATA, as_of: date | None = None, today: date | None = None) -> Desk:
        """Open a folder as of a date: the newest snapshot that is published in it, and not after that date.

        Without `as_of` the synthetic sample is opened as of its snapshot, a real warehouse as of `today`.
        """
        return cls._on(open_as_of(folder, as_of), data, as_of, today)

    @classmethod
    def at(cls, file: Path, data: Path = DATA, as_of: date | None = None, today: date | None = None) -> Desk:
        """Open one published file, whatever has been published since."""
        return cls._on(Warehouse(file), data, as_of, today)

    @classmethod
    def _on(cls, warehouse: Warehouse, data: Path, as_of: date | None, today: date | None) -> Desk:
        usual = warehouse.snapshot_on if warehouse.synthetic or today is None else today
        return cls(warehouse, data, opened_as_of(as_of or usual, warehouse.snapshot_on))

    # What the desk is opened on

    @cached_property
    def book(self) -> Book:
        """The current book: the plans database joined with data/catalog.toml."""
        self.require("plan")
        self.require("marketplace_pricing_dimension")
        facts = self._document("catalog.toml")
        return current_book(self._rows("plan"), self._rows("dimension"), facts)

    @cached_property
    def books(self) -> tuple[Book, ...]:
        """Every book in force at some time, oldest first; the last one is the current book."""
        earlier = [parse(read_document(path)) for path in sorted((self.data / "books").glob("*.toml"))]
        return (*sorted(earlier, key=lambda book: book.effective), self.book)

    @property
    def declared_rails(self) -> tuple[rails.Declared, ...]:
        """The rails that data/rails.toml only declares, their fees not set: no rail of `rails`."""
        return rails.declared(read_text(self.data / "rails.toml"))

    @cached_property
    def rails(self) -> rails.Rails:
        """The rails of data/rails.toml."""
        return rails.parse(read_text(self.data / "rails.toml"))

    @cached_property
    def billing(self) -> Mapping[str, Any]:
        """How we invoice: data/billing.toml."""
        states = self._rows("source_status")
        sources, feeds = {row["source"] for row in states}, {row["feed"] for row in states}
        return billing.checked(self._document("billing.toml"), sources, feeds)

    @cached_property
    def costs(self) -> costs.Costs:
        """What a unit of usage and a month of each category cost; nothing where nobody recorded it."""
        return costs.costs(self._rows("unit_cost"), self._rows("spend_month"), self.book.product)

    @cached_property
    def guardrails(self) -> tuple[Limit, ...]:
        """The limits of data/guardrails.toml."""
        return guardrails.parse(read_text(self.data / "guardrails.toml"))

    def scenario_keys(self) -> list[str]:
        """The keys of the committed scenarios, in alphabetical order."""
        return sorted(path.stem for path in (self.data / "scenarios").glob("*.toml"))

    def scenario(self, key: str) -> Scenario:
        """A committed scenario by its key."""
        if key not in self.scenario_keys():
            raise ScenarioError(f"there is no scenario {key!r}; {nearest(key, self.scenario_keys())}")
        return parse_scenario(read_text(self.data / "scenarios" / f"{key}.toml"), key)

    def manifest(self, *scenarios: Scenario, book: Book | None = None) -> Manifest:
        """What a result of this desk was made from, under scenarios laid over each other."""
        changes = {scenario.key: scenario.identity for scenario in scenarios}
        return Manifest(
            as_of=self.as_of,
            book=self.book.id,
            book_hash=fingerprint((book or self.book).document),
            snapshot_on=self.warehouse.snapshot_on,
            warehouse=self.warehouse.id,
            synthetic=self.warehouse.synthetic,
            facts_hash=facts_hash(self.data),
            assumptions=self.assumptions.name,
            assumptions_hash=fingerprint(
                {key: (one.value, one.low, one.high) for key, one in self.assumptions.beliefs()}
            ),
            scenario=" + ".join(changes) or None,
            scenario_hash=fingerprint(changes) if changes else None,
        )

    # What would happen

    @cached_property
    def reach(self) -> Mapping[str, Reach]:
        """When a new book reaches running contracts, by rail; the first notice in data/rails.toml is the default."""
        return {
            key: Reach(rail.notices[0].days, rail.dimension_rate_reach, records.changes(rail))
            for key, rail in self.rails.items()
        }

    @cached_property
    def population(self) -> Population:
        """Every contract and its usage; usage outside any contract stays in marts.usage_month."""
        offers, about = self._offers(), {row["customer_id"]: market.about(row) for row in self._rows("customer")}
        seats = records.seats(self._rows("seat_change"))
        rows = sorted(self._rows("contract"), key=lambda row: row["started_on"], reverse=True)
        since = {row["customer_id"]: row["started_on"] for row in rows}
        contracts = {
            row["contract_id"]: records.contract(row, offers, seats, since, about) for row in self._rows("contract")
        }
        cells = (row for row in self._rows("usage_month") if row["contract_id"] is not None)
        return Population(keep_anchors(contracts, self.reach), tuple(map(records.cell, cells)))

    def with_events(self, *books: Book, everybody: Population | None = None) -> Population:
        """A population with the single events of every dimension that one of some books prices event by event."""
        asked = {key for book in books for (_, key), price in book.prices.items() if price.per_event}
        events: dict[tuple[str, str, date], list[Decimal]] = {}
        for row in (row for key in sorted(asked) for row in self.warehouse.event_rows(key)):
            place = (row["contract_id"], row["dimension"], row["usage_month"])
            events.setdefault(place, []).append(row["quantity"])
        everybody = everybody or self.population
        return everybody.with_events(events) if events else everybody

    def usage_of(self, customer_id: str, month: date) -> dict[str, Decimal]:
        """What a customer used in a month, by dimension, over all contracts of that month; seats at their largest."""
        contracts = self.population.contracts
        cells = (cell for cell in self.population.usage if cell.month == month)
        own = (cell for cell in cells if contracts[cell.contract_id].customer_id == customer_id)
        return cumulated(self.book, ((cell.dimension, cell.quantity) for cell in own))

    def usage_by_day(self, customer_id: str) -> dict[str, dict[date, Decimal]]:
        """What a customer used under contract, by dimension and day; seats at the day's largest."""
        days: dict[str, dict[date, Decimal]] = {}
        for row in self.warehouse.rows("usage_day", customer_id=customer_id):
            if row["contract_id"] is not None:  # a day belongs to one contract
                days.setdefault(row["dimension"], {})[row["usage_day"]] = row["quantity"]
        return days

    def usual_shares(self, day_of_month: int) -> dict[str, tuple[Decimal, Decimal]]:
        """The low and the high part of a month's total that customers have used by a day, by dimension."""
        rows = self.warehouse.rows("usage_pace", day_of_month=day_of_month)
        return {row["dimension"]: (row["low_share"], row["high_share"]) for row in rows}

    @property
    def window(self) -> tuple[date, date]:
        """The full usage months a price change is shown over."""
        return last_full_months(self.recorded_on, self.billing["window_months"])

    @cached_property
    def baseline(self) -> Outcome:
        """The current book over the window's contracts and usage, as if it had been in force throughout."""
        return outcome([self.book], self.with_events(self.book), self.window, self.reach)

    def simulate(self, *scenarios: Scenario, months: int | None = None, horizon: str = PAST) -> Simulation:
        """Scenarios, each laid over the one before, against the baseline, everybody reached and as they are reached.

        Held against the last `months` full months as they were, or against as many to come with today's contracts.
        """
        return simulating.simulate(self, scenarios, months or self.billing["window_months"], horizon)

    def judgement(self, simulation: Simulation, limits: Sequence[Limit] | None = None) -> judging.Judgement:
        """What margin a simulation leaves, and whether it keeps the limits: those on file, unless others are passed."""
        return judging.judgement(self, simulation, limits)

    def react(self, simulation: Simulation, responses: Responses | None = None) -> Reactions:
        """What people answer to a simulation: by the beliefs on file, all of them off, unless others are passed."""
        return reacting.react(self, simulation, self.responses if responses is None else responses)

    def bills(self, usage: Mapping[str, Decimal], *scenarios: Scenario) -> tuple[Bill, ...]:
        """One month's usage, seats included → its bill on every plan, term and rail, under scenarios in their order."""
        return bills(self.proposed_book(*scenarios), usage)

    def proposed_book(self, *scenarios: Scenario) -> Book:
        """The current book with scenarios laid over it in their order."""
        return reduce(lambda book, scenario: simulating.laid_over(self, scenario)(book), scenarios, self.book)

    # What happened, against what should have

    def parity(self) -> tuple[ParityLine, ...]:
        """History rated with the books of its time, line by line beside what the rails invoiced."""
        window = (HISTORY_STARTS, self.recorded_on + timedelta(days=1))
        evidence = Evidence(
            books=self.books,
            usage={(cell.contract_id, cell.dimension, cell.month): cell for cell in self.population.usage},
            as_of=self.recorded_on,
            usage_invoice_day=self.billing["usage_invoice_day"],
            slips=dict(map(records.slip, self._rows("usage_slip"))),
            contracts=self.population.contracts,
            rails=self.rails,
        )
        rated = outcome(self.books, self.with_events(*self.books), window, self.reach).lines
        return parity(rated, map(records.invoice_line, self._rows("invoice_line")), evidence)

    @cached_property
    def reproduction(self) -> Reproduction:
        """How much of what was invoiced the rules reproduce: said beside every simulation."""
        return reproduction(self.parity())

    def invoiced(self, window: tuple[date, date], report: Iterable[ParityLine]) -> Invoiced:
        """What the rails invoiced in whole months, and the steps from there to what the books of their time rate.

        Of the parity report the lines that match may be left out.
        """
        rows = self._rows("invoice_line")
        return invoiced(((row["invoiced_on"], records.invoice_line(row)) for row in rows), report, window)

    def payouts(self, report: Iterable[ParityLine]) -> payouts.Payouts:
        """What the rails settled against what we expect, every line classed; of the report matches may be left out."""
        return payouts.payouts(self, report)

    @cached_property
    def metered_months(self) -> tuple[date, ...]:
        """The usage months of contracts on a rail with a meter, the newest first."""
        return tuple(sorted({cell.month for cell in self._metered_usage()}, reverse=True))

    def metering(self, month: date) -> tuple[MeterLine, ...]:
        """What a marketplace's meter takes of a usage month on the evening of the recorded day, uncorrectable first.

        What it was told already is in the records it accepted, or in the invoices of a month that has none on record.
        """
        cells = tuple(cell for cell in self._metered_usage() if cell.month == month)
        rated = outcome(self.books, Population(self.population.contracts, cells), (month, month_end(month)), self.reach)
        sales = [records.invoice_line(row) for row in self._rows("invoice_line") if row["usage_month"] == month]
        is_metered = {key: item.is_metered for book in self.books for key, item in book.dimensions.items()}
        evening = datetime.combine(self.recorded_on + timedelta(days=1), time(), UTC)
        accepted = records.accepted_in(self._rows("metered_hour"), month)
        return metering(rated.lines, sales, self.rails, is_metered, evening, accepted)

    def _metered_usage(self) -> list[UsageCell]:
        contracts, kept = self.population.contracts, self.rails
        return [cell for cell in self.population.usage if kept[contracts[cell.contract_id].rail].metering]

    # Who buys, and what is to come

    @property
    def recorded_on(self) -> date:
        """The last day the recorded facts speak of; a desk opened later says so, it does not count what it lacks."""
        return self.warehouse.snapshot_on

    @cached_property
    def customers(self) -> list[market.Customer]:
        """Every customer with a contract running on the recorded day, largest first."""
        return market.customers(self._rows("customer"), self._rows("contract"), self.recorded_on, self.rails)

    def recurring(self, key: Callable[[Mapping[str, Any]], str]) -> list[RecurringMonth]:
        """MRR month by month at the prices really billed, by any property of a row of marts.recurring_month."""
        groups: dict[tuple[date, str], list[RecurringContract]] = {}
        for row in self._rows("recurring_month"):
            if row["price_usd"] is not None:
                billed = {**row, "recurring_from_on": row["recurring_on"], "recurring_until_on": None}
                contract = market.recurring_contract({**billed, "recorded_price_usd": row["price_usd"]})
                groups.setdefault((row["recurring_month"], key(row)), []).append(contract)
        return [
            RecurringMonth(month, name, recurring(group, group[0].started_on))
            for (month, name), group in sorted(groups.items())
        ]

    @cached_property
    def deals(self) -> list[market.Deal]:
        """Every open deal, heaviest first."""
        beliefs = self.assumptions.stage_probability
        return market.deals(self._rows("deal"), {stage: belief.value for stage, belief in beliefs.items()}, self.rails)

    @cached_property
    def motions(self) -> segments.Motions:
        """How each product is sold, step by step: data/motions.toml."""
        return segments.parse_motions(read_text(self.data / "motions.toml"), self.segments)

    @cached_property
    def segments(self) -> segments.Segments:
        """Personas, ideal customers and stages of data/segments.toml."""
        return segments.parse(read_text(self.data / "segments.toml"))

    @cached_property
    def assumptions(self) -> forecast.Assumptions:
        """The beliefs of data/assumptions/base.toml."""
        return forecast.parse_assumptions(read_text(self.data / "assumptions" / "base.toml"))

    @cached_property
    def responses(self) -> Responses:
        """What is believed of how customers answer a price change: data/assumptions/responses.toml."""
        return reacting.believed(self.data / "assumptions" / "responses.toml")

    @cached_property
    def forecast_grounds(self) -> Grounds:
        """What every forecast of this desk stands on."""
        return grounds(self)

    # What we say

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every claim judged, every surface compared, every stale or missing source named, whatever is accepted."""
        return self.findings_under()

    def findings_under(self, *scenarios: Scenario) -> tuple[Finding, ...]:
        """The same with claims and surfaces under scenarios in their order; what was recorded stays as it was."""
        off_list = promising.off_list_findings(self)
        return (*self.judged(*scenarios), *off_list, *self._given_away(), *self._told_of_deals())

    def findings_given(self, accepted: Sequence[Acknowledgement]) -> tuple[Finding, ...]:
        """The findings in the light of what somebody accepts, and what is accepted and not found any more."""
        return weighed(self.findings, accepted, self.as_of)

    @cached_property
    def off_list(self) -> tuple[OffList, ...]:
        """Every contract that is billed another price than its list's."""
        return promising.off_list_contracts(self)

    def judged(self, *scenarios: Scenario) -> tuple[Finding, ...]:
        """The findings of the current book under scenarios in their order: which promises it would keep."""
        judged = promises.findings(
            read_text(self.data / "claims.toml"),
            self.proposed_book(*scenarios),
            self._rows("plan"),
            self._rows("dimension"),
            self._rows("stripe_price"),
            self._subscribers(),
            self._captures(),
            publishing.listed(self),
            reduce(merged, (scenario.claims for scenario in scenarios), dict[str, Any]()),
            promising.years_offers(self),
        )
        return (*judged, *freshness.findings(self.sources()))

    def _given_away(self) -> tuple[Finding, ...]:
        """What second allowances were worth in the window; nothing is said while usage or a rail is missing."""
        if self.missing("event", "stripe_subscription", "marketplace_agreement"):
            return ()
        return tuple(restarts.findings(restarts.restarts(self.baseline.lines), self.book.product))

    def _told_of_deals(self) -> tuple[Finding, ...]:
        """What the records of deals, of contracts, and of orders at integrators leave unsaid or tell in two ways."""
        noted = market.findings(self._rows("deal"), self._rows("crm_stage"), self._rows("deal_difference"))
        noted += market.integrator_findings(self._rows("integrator_difference"))
        noted += market.agreement_findings(
            self._rows("marketplace_agreement"), self._rows("contract"), self.recorded_on
        )
        return (*noted, *market.contract_findings(self._rows("contract"), self.recorded_on))

    @property
    def has_false_promise(self) -> bool:
        """Whether a published claim is false; nothing that is accepted changes it."""
        return promises.is_red(self.findings)

    @cached_property
    def listing(self) -> surfaces.Listing:
        """What to type into Seller Central."""
        return publishing.made(self)

    # Where it came from

    def sources(self) -> list[SourceState]:
        """Every feed with its age on the day the desk is opened, stale and missing ones named."""
        return source_states(
            self._rows("source_status"), self.as_of, self.billing["stale_after_days"], self._options, self._pulling
        )

    def missing(self, *feeds: str) -> list[SourceState]:
        """Those of some feeds that never arrived: a page says so instead of showing a zero."""
        return [state for state in self.sources() if state.feed in feeds and state.is_missing]

    def require(self, *feeds: str) -> None:
        """Refuse to answer where all of some feeds are missing, naming each, since when, and what brings it."""
        gone = self.missing(*feeds)
        if len(gone) == len(feeds):
            raise DeskError("; ".join(state.absence for state in gone))

    def _subscribers(self) -> list[promises.Subscriber] | None:
        """Today's subscribers; None where a rail is missing, because a part of them would be taken for all."""
        if self.missing("stripe_subscription", "marketplace_agreement"):
            return None
        return [
            promises.Subscriber(
                customer_id=row["customer_id"],
                plan_key=row["plan_key"],
                rail=row["rail"],
                list_priced=row["offer_id"] is None,
            )
            for row in self._rows("contract")
            if row["plan_key"] and market.recurring_contract(row).runs_on(self.recorded_on)
        ]

    def _captures(self) -> surfaces.Captures:
        """What people wrote down of the surfaces that no system exports; nothing where nobody did."""
        return surfaces.Captures(
            prices=self._rows("surface_price"),
            capabilities=self._rows("surface_capability"),
            allowances=self._rows("surface_allowance"),
            plan_ids=self._rows("surface_plan"),
            as_of=self.as_of,
            within_days=self.billing["captured_within_days"],
            command=self._command("surfaces"),
        )

    def _command(self, source: str) -> str:
        return f"python -m lib pull --only {source}{self._pulling}{self._options} && python -m lib build{self._options}"

    @property
    def _pulling(self) -> str:
        """What completes a pull for this desk, where its sources are not named in the usual file."""
        own = self.warehouse.sources_file
        return f" --sources {own}" if own else ""

    @property
    def _options(self) -> str:
        """What completes a command of this desk, where it is not the one that opens by default."""
        folder = self.warehouse.path.parent.parent
        return "" if folder == SNAPSHOTS else f" --snapshots {folder}"

    def _rows(self, mart: str) -> list[dict[str, Any]]:
        return self.warehouse.rows(mart)

    def _offers(self) -> dict[str, Offer]:
        allowances, bands, parts = (
            self._by_offer(f"private_offer_{feed}") for feed in ("allowance", "price", "instalment")
        )
        return {
            row["offer_id"]: records.offer(row, *(rows.get(row["offer_id"], []) for rows in (allowances, bands, parts)))
            for row in self._rows("private_offer")
        }

    def _by_offer(self, mart: str) -> dict[str, list[dict[str, Any]]]:
        grouped: dict[str, list[dict[str, Any]]] = {}
        for row in self._rows(mart):
            grouped.setdefault(row["offer_id"], []).append(row)
        return grouped

    def _document(self, name: str) -> dict[str, Any]:
        return read_document(self.data / name)
