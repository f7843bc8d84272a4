"""Roles: a page outside the role is not registered, and its data is refused wherever it is asked for."""

import tomllib
from datetime import date
from decimal import Decimal

import pytest

from app import MENU, is_lost, main
from lib.desk import Terms
from lib.ui import accepting, access, changing, data, deals, fees, forecasting, growing, listing, opening, scorecard
from lib.ui.changing import Asked
from tests.conftest import ROOT
from tests.pages.visit import opened, said

ROLES = tomllib.loads((ROOT / "data" / "access.toml").read_text())["roles"]
PAGES = {entry.path for entries in MENU.values() for entry in entries}
READS = {
    "fee_absorption": [
        data.fee_terms,
        data.headline_fees,
        fees.taken,
        fees.names,
        fees.readings,
        fees.movers,
        fees.commitment,
        lambda: fees.invoices("c-0001"),
        lambda: fees.move_of("c-0001", "ach"),
        lambda: fees.move_typed(Decimal(100), 1, "card", "ach"),
        lambda: fees.whole_at(Decimal(100), "card"),
        lambda: fees.raised_by("aws"),
    ],
    "price_change": [
        lambda: changing.effect(Asked("honest-20")),
        lambda: changing.effects_on_file(Asked(None)),
        lambda: changing.simulation(Asked("honest-20")),
        lambda: changing.rows(Asked(None)),
        lambda: changing.values(Asked(None)),
        lambda: changing.edited(Asked(None), "plans.starter-monthly.list_price", "1"),
    ],
    "persona_mix": [
        forecasting.how,
        forecasting.assumptions,
        forecasting.past,
        lambda: forecasting.foretold(forecasting.Asked((), 6, None)),
        lambda: forecasting.final_run(forecasting.Asked((), 6, None)),
    ],
    "discount_honesty": [
        scorecard.false_claims,
        lambda: data.findings(None),
        lambda: accepting.give_back("save_20_pricing_page", "Ada", "no"),
        lambda: accepting.take("p95_overhead", Terms("Ada", "why", date(2026, 12, 31))),
    ],
    "listing": [
        lambda: listing.publishing(None),
        lambda: listing.announced(listing.Asked()),
        listing.names,
        lambda: listing.file_later(listing.Asked(), "csv"),
    ],
    "pipeline": [
        scorecard.still,
        data.stages,
        deals.open_deals,
        deals.closed_deals,
        deals.settings,
        deals.pitches,
        deals.segments,
        deals.channels,
        growing.pilots,
        growing.upcoming,
        growing.allowances,
        growing.crossed,
        growing.buyers,
        growing.playbook,
        growing.evidence,
        growing.verdicts,
    ],
    "sources": [
        data.parity,
        data.names,
        data.uncovered,
        data.sources,
        data.files,
        data.rejects,
        data.conflicts,
        data.drift,
        data.column_matches,
        data.metered_months,
        lambda: data.metering(date(2026, 10, 1)),
    ],
    "overage": [
        data.payers,
        data.last_day,
        data.dimensions,
        data.example_month,
        lambda: data.bills({}, None),
        lambda: data.months_of("c-0001"),
        lambda: data.own_month("c-0001", date(2026, 10, 12)),
        lambda: data.typed_month({}, 12),
        lambda: data.crossings(None, {}, "aws", "starter-monthly"),
        lambda: data.other_bills(None, {}, "aws", "starter-monthly"),
        lambda: data.curve(None, {}, "aws", "starter-monthly", "words"),
    ],
}


def test_every_role_lands_on_a_page_it_may_open() -> None:
    assert all(entry["landing"] in entry["pages"] for entry in ROLES.values())
    assert {page for entry in ROLES.values() for page in entry["pages"]} == PAGES


@pytest.mark.parametrize("role", ROLES)
def test_a_role_sees_its_own_pages_in_the_menu_and_no_other(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(access.ROLE_VARIABLE, role)
    app = opened(ROLES[role]["landing"])
    shown = {page["url_pathname"] for page in app._registered_pages.values()} - {""}
    assert not app.exception
    assert shown == set(ROLES[role]["pages"])


@pytest.mark.parametrize("role", ROLES)
def test_data_of_a_page_outside_the_role_is_refused(role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(access.ROLE_VARIABLE, role)
    for page in READS.keys() - set(ROLES[role]["pages"]):
        for read in READS[page]:
            with pytest.raises(access.Refused, match=f"the role {role} may not see"):
                read()


def test_a_role_nobody_knows_is_refused_with_the_nearest_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(access.ROLE_VARIABLE, "finanse")
    app = opened("segments")
    assert "did you mean 'finance'?" in said(app)
    assert not app.title and not app.exception


def test_without_a_warehouse_the_page_says_which_command_makes_one(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv(opening.FOLDER_VARIABLE, str(tmp_path))
    app = opened("segments")
    assert "python -m lib build" in said(app)
    assert not app.exception


def test_the_shell_is_what_a_page_hands_over_to() -> None:
    for page in PAGES:
        assert "from app import main" in (ROOT / "pages" / f"{page}.py").read_text()
    assert callable(main)


@pytest.mark.parametrize(
    ("address", "lost"),
    [
        (None, False),
        ("http://localhost:8501", False),
        ("http://localhost:8501/", False),
        ("http://localhost:8501/fee_absorption", True),
        ("http://localhost:8501/nowhere", True),
    ],
)
def test_an_address_left_over_after_the_menu_was_read_belongs_to_no_page(address: str | None, lost: bool) -> None:
    assert is_lost(address) is lost


def test_without_a_role_the_desk_answers_this_machine_alone() -> None:
    file = ROOT / "data" / "access.toml"
    assert access.read(file, None, "localhost").role == "founder"
    assert access.read(file, "sales", "0.0.0.0").role == "sales"
    for address in (None, "0.0.0.0"):
        with pytest.raises(access.AccessError, match="set PRICING_DESK_ROLE to one of founder, sales, finance"):
            access.read(file, None, address)
