"""Third-party integrators: their export is data beside ours, and no figure of billing moves when it comes."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lib.desk import Desk
from lib.market import integrator_findings
from lib.ui import takings
from lib.warehouse.build import BuildReport
from lib.warehouse.relations import every_relation
from tests.conftest import ROOT
from tests.fans import fans
from tests.warehouse.hand_world import PLANS, WORLD, csv
from tests.warehouse.worlds import World, account, ask, built

MONTH = date(2026, 4, 1)
OWN_RELATIONS = {"staging.integrator_order", "marts.integrator_order", "marts.integrator_difference"}

# Orders as AWS knows them (t-1, z-1, s-1), one that contradicts AWS in everything, one that AWS never heard of, one in
# euros, and a line that cannot be read. agmt-2 is of offer-public, agmt-3 the only agreement of offer-private.
EXPORTS: World = {
    "integrator/tackle/orders.csv": csv(
        "Order ID,Offer ID,Agreement ID,Buyer Name,Buyer Account ID,Contract Value,Marketplace Fee,Order Date,"
        "Start Date",
        't-1,offer-public,agmt-2,Two,12345678901,"$2,990.00",89.70,2026-03-01,2026-03-01',
        't-2,offer-public,agmt-3,Three,999999999999,"$987,654.32",1.00,2026-04-18,2020-02-02',
        "t-3,,agmt-of-nobody,Globex,,50.00,,2026-04-18,",
    ),
    "integrator/Clazar-contracts.csv": csv(
        "Contract ID,Agreement ID,Buyer,Contract Value,Cloud Fee,Accepted At,Contract Status",
        "z-1,agmt-2,Two,2990,89.70,2026-03-01T10:00:00Z,ACTIVE",
        "z-2,,Hooli,lots,,,ACTIVE",
    ),
    "integrator/suger.csv": csv(
        "Entitlement ID,Offer ID,Commit Amount,Currency,Start Time",
        "s-1,offer-private,84000.00,USD,2026-04-20T00:00:00Z",
        "s-2,offer-private,10.00,EUR,",
    ),
}


@pytest.fixture(scope="module")
def world(desk_folder: Path) -> World:
    """The small world written by hand, at the prices of the sample, so that every billing function has its book."""
    plans = desk_folder.parent / "2026-10-31"
    return {**WORLD, **{name: (plans / name).read_bytes() for name in PLANS}}


@pytest.fixture(scope="module")
def without(world: World, tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    return built(tmp_path_factory.mktemp("without"), world)


@pytest.fixture(scope="module")
def with_orders(world: World, tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    return built(tmp_path_factory.mktemp("with"), {**world, **EXPORTS})


@pytest.fixture(scope="module")
def desks(without: BuildReport, with_orders: BuildReport) -> Iterator[tuple[Desk, Desk]]:
    pair = (Desk.at(without.path), Desk.at(with_orders.path))
    yield pair
    for desk in pair:
        desk.warehouse.close()


def _bills(desk: Desk) -> list[object]:
    payers = sorted({contract.customer_id for contract in desk.population.contracts.values()})
    return [bill for payer in payers for bill in desk.bills(desk.usage_of(payer, MONTH))]


def _claims(desk: Desk) -> list[str]:
    """Every promise judged; the commands in their evidence name the folder of snapshots, and the two desks have two."""
    place = str(desk.warehouse.path.parent.parent)
    return [repr(found).replace(place, "") for found in desk.judged() if found.kind != "source"]


def _fees(desk: Desk) -> list[object]:
    return list(takings.takings(desk).itertuples())


BILLING: dict[str, Callable[[Desk], Any]] = {
    "bills": _bills,
    "what contracts owe": lambda desk: [(line.kind, line.status, line.amount) for line in desk.baseline.lines],
    "revenue": lambda desk: [desk.baseline.revenue],
    "a simulated price": lambda desk: list(desk.simulate(desk.scenario("starter-plus-10")).customers),
    "parity with what was invoiced": lambda desk: list(desk.parity()),
    "what the meter takes": lambda desk: list(desk.metering(MONTH)),
    "what rails keep": _fees,
    "settlements": lambda desk: desk.warehouse.rows("settlement"),
    "invoice lines": lambda desk: desk.warehouse.rows("invoice_line"),
    "contracts": lambda desk: list(desk.population.contracts.items()),
    "claims": _claims,
    "customers and their rails": lambda desk: list(desk.customers),
    "deals": lambda desk: list(desk.deals),
    "the forecast": lambda desk: list(fans(desk).items()),
}


@pytest.mark.parametrize("result", BILLING)
def test_no_billing_function_changes_its_result_when_an_integrators_export_is_there(
    desks: tuple[Desk, Desk], result: str
) -> None:
    before, after = (BILLING[result](desk) for desk in desks)
    assert len(before) > 0
    assert after == before


# With the export of every integrator and one beside every company, against none of either. "The 3PI integration reads
# Build data; it does not touch billing."
COMPANIES = WORLD["crm/companies.csv"]
ALONE = {"crm/companies.csv": str(COMPANIES).replace(",Tackle,", ",,")}
MANAGED = {
    "crm/companies.csv": str(COMPANIES)
    .replace("no,no,no,,cus_1", "no,no,no,Clazar,cus_1")
    .replace("yes,yes,yes,,,", "yes,yes,yes,Suger,,")
    .replace("no,no,no,,cus_4", "no,no,no,Tackle,cus_4")
}


@pytest.fixture(scope="module")
def alike(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Desk]]:
    """Two desks on the same customers: without any 3PI data, and with all of it."""
    nothing = built(tmp_path_factory.mktemp("nothing"), {**world, **ALONE})
    everything = built(tmp_path_factory.mktemp("everything"), {**world, **EXPORTS, **MANAGED})
    pair = (Desk.at(nothing.path), Desk.at(everything.path))
    yield pair
    for desk in pair:
        desk.warehouse.close()


BILLED: dict[str, Callable[[Desk], Any]] = {
    "bills": lambda desk: [_charged(bill) for bill in _bills(desk)],
    "parity with what was invoiced": lambda desk: [_charged(line) for line in desk.parity()],
    "recurring": lambda desk: [(one.customer_id, one.mrr) for one in desk.customers],
    "rails": lambda desk: [(one.customer_id, one.rail, one.advised_rail) for one in desk.customers],
    **{
        name: BILLING[name]
        for name in ("what contracts owe", "revenue", "what the meter takes", "what rails keep", "settlements")
    },
}


def _charged(one: Any) -> str:
    """Everything about a bill or a line but the names of integrators and personas in the facts of its contract."""
    return re.sub(r"'(persona|integrator)', '\w+'|'(persona|integrator)': '\w+'", "", repr(one))


def test_the_two_worlds_differ_in_who_lists_through_whom(alike: tuple[Desk, Desk], shared: Path) -> None:
    brief = next((shared / "brief").glob("000*")).read_text()
    assert "The 3PI integration reads Build data; it does not touch billing." in brief
    integrators = [[one.integrator for one in desk.customers if one.name != one.customer_id] for desk in alike]
    assert set(integrators[0]) == {None}
    assert None not in integrators[1]
    personas = [[one.persona for one in desk.customers] for desk in alike]
    assert personas[0] != personas[1]


@pytest.mark.parametrize("result", BILLED)
def test_no_billed_amount_hangs_on_3pi_data(alike: tuple[Desk, Desk], result: str) -> None:
    without, having = (BILLED[result](desk) for desk in alike)
    assert len(without) > 0
    assert having == without


def test_no_other_relation_changes(without: BuildReport, with_orders: BuildReport) -> None:
    """Relation by relation, but for the accounts of what was read."""
    accounts = {"staging.feed", "staging.file_load", "staging.file_column"}
    marts = [one for one in every_relation() if one.schema == "marts"]
    others = [one for one in marts if one.name not in OWN_RELATIONS and not one.mentions & accounts]
    assert len(others) > 25
    for relation in others:
        order = ", ".join(relation.grain)
        query = f"select * from {relation.name} order by {order}"
        assert ask(with_orders, query) == ask(without, query), relation.name


def test_only_the_named_relations_mention_an_integrators_orders() -> None:
    telling = {one.name for one in every_relation() if re.search(r"integrator_(order|difference)", one.select)}
    assert telling == OWN_RELATIONS
    users = [one.name for one in every_relation() if one.mentions & OWN_RELATIONS]
    assert set(users) <= OWN_RELATIONS


def test_only_the_desks_findings_read_them() -> None:
    """The feed's title and the findings: no rule, no composition and no page besides."""
    paths = [*ROOT.glob("lib/**/*.py"), *ROOT.glob("pages/*.py")]
    telling = {path.relative_to(ROOT).as_posix() for path in paths if "integrator_" in path.read_text()}
    mentioning = {
        name for name in telling if re.search(r"integrator_(order|difference|findings)", (ROOT / name).read_text())
    }
    assert mentioning == {"lib/desk/desk.py", "lib/market/__init__.py", "lib/market/unsaid.py", "lib/ui/numbers.py"}


# What the exports are for


def test_an_integrators_lines_are_accounted_for(with_orders: BuildReport, without: BuildReport) -> None:
    told = account(with_orders, "integrator_order")
    assert (told["file_count"], told["lines_read"], told["loaded"], told["rejected"]) == (3, 10, 6, 1)
    assert ask(with_orders, "select reason from raw.reject where feed = 'integrator_order'") == [
        ("Contract Value is not an amount: lots",)
    ]
    assert account(without, "integrator_order")["is_missing"] is False


def test_each_integrators_columns_are_found(with_orders: BuildReport) -> None:
    rows = ask(
        with_orders,
        "select integrator, order_id, buyer_name, cast(fee_usd as varchar), cast(ordered_on as varchar), currency "
        "from marts.integrator_order order by all",
    )
    assert rows == [
        ("Clazar", "z-1", "Two", "89.70", "2026-03-01", None),
        ("Suger", "s-1", None, None, None, "USD"),
        ("Suger", "s-2", None, None, None, "EUR"),
        ("Tackle", "t-1", "Two", "89.70", "2026-03-01", "USD"),
        ("Tackle", "t-2", "Three", "1.00", "2026-04-18", "USD"),
        ("Tackle", "t-3", "Globex", None, "2026-04-18", None),
    ]


def test_two_views_of_a_sale_are_compared_field_by_field(with_orders: BuildReport) -> None:
    assert ask(with_orders, "select * from marts.integrator_difference order by all") == [
        ("Tackle", "t-2", "amount", "987654.32", "84000.00"),
        ("Tackle", "t-2", "buyer", "999999999999", "300000000003"),
        ("Tackle", "t-2", "offer", "offer-public", "offer-private"),
        ("Tackle", "t-2", "start", "2020-02-02", "2026-04-20"),
        ("Tackle", "t-3", "agreement", "agmt-of-nobody", None),
    ]


def test_what_differs_is_a_note_of_the_desk_and_nothing_more(desks: tuple[Desk, Desk]) -> None:
    before, after = desks
    [note] = integrator_findings(after.warehouse.rows("integrator_difference"))
    assert (note.claim, note.severity, len(note.evidence)) == ("integrator.tackle", "note", 5)
    assert note.evidence[0] == "order t-2, amount: Tackle says 987654.32, AWS says 84000.00"
    assert note.evidence[-1] == "order t-3, agreement: Tackle says agmt-of-nobody, AWS knows no such sale"
    assert {found.claim for found in after.findings} - {found.claim for found in before.findings} == {note.claim}
    assert before.has_false_promise == after.has_false_promise


def test_where_aws_sent_nothing_nothing_is_compared(tmp_path: Path) -> None:
    report = built(tmp_path, {"integrator/tackle.csv": csv("Order ID,Agreement ID,Contract Value", "t-1,a-1,5.00")})
    assert ask(report, "select order_id from marts.integrator_order") == [("t-1",)]
    assert ask(report, "select * from marts.integrator_difference") == []
