"""The surfaces that people write down, held against the book: pricing page, checkout, application, directories."""

from decimal import Decimal

import pytest

from lib.claims.parse import parse
from lib.desk import Desk
from lib.promises import is_red
from lib.surfaces import captured_differences
from lib.surfaces.captures import CAPTURED
from lib.warehouse.values import kind
from tests.conftest import cases
from tests.specification import CLAIMS, captured, captures, current, read, rows

PAPERS = parse(CLAIMS)


def found(stripe=None, **tables):
    prices = rows("stripe_price") if stripe is None else stripe
    return captured_differences(current(), PAPERS, captures(**tables), rows("plan"), prices)


def summary(finding):
    return {key: getattr(finding, key) for key in ("verdict", "severity", "promised", "delivered")}


def changed(case):
    """The rows of one table with a case's change in them; a case that changes nothing is a mistake."""
    table = captured(case["table"])
    picked = [row for row in table if all(_matches(row[key], value) for key, value in case["row"].items())]
    assert picked, case["row"]
    if case.get("drop"):
        return [row for row in table if row not in picked]
    for row in picked:
        row.update({key: _typed(key, value) for key, value in case["set"].items()})
    return table


def _matches(value, wanted):
    return value in wanted if isinstance(wanted, list) else value == wanted


def _typed(key, value):
    return (Decimal(value) if value else None) if key.endswith("_usd") else value


def test_captures_that_agree_with_the_book_differ_in_nothing():
    assert found() == ()


@pytest.mark.parametrize("case", cases("captures", "changed"))
def test_one_changed_value_is_found(case):
    expected = dict(case["expect"])
    claim = expected.pop("claim")
    (finding,) = (one for one in found(**{case["table"]: changed(case)}) if one.claim == claim)
    assert summary(finding) == expected
    assert (finding.kind, finding.published) == ("surface", False)


def test_a_finding_names_where_and_when_it_was_seen():
    case = next(case.values[0] for case in cases("captures", "changed"))
    (finding,) = found(**{case["table"]: changed(case)})
    assert finding.source == "https://vell.ai/pricing, captured on 2026-10-28"


def test_without_any_capture_every_surface_is_unknown_and_says_what_brings_it():
    told = found(**{table: [] for table in ("prices", "capabilities", "allowances", "plan_ids")})
    assert {one.claim: one.verdict for one in told} == {f"{key}.capture": "unverifiable" for key in CAPTURED}
    assert all(one.words.endswith("and bring it with: pull them") for one in told)
    assert not is_red(told)


def test_a_price_id_is_not_called_unknown_while_stripe_was_not_pulled():
    table = captured("prices")
    for row in table:
        row["price_id"] = row["price_id"] and f"{row['price_id']}_of_old"
    assert {one.claim for one in found(prices=table)} > {"starter-annual.price_id_at_stripe.vell_ai_payment"}
    assert [one.claim for one in found([], prices=table)] == ["starter-monthly.price_id.vell_ai_payment"]


def test_every_surface_that_can_be_captured_has_a_name_a_limit_and_a_word_in_its_files():
    assert set(CAPTURED) <= PAPERS.surfaces.keys()
    assert set(CAPTURED) == read("data/billing.toml")["captured_within_days"].keys()
    assert not [key for key in CAPTURED if kind("surface").fault(key)]
    assert kind("surface").fault("pricing page")


def test_the_samples_captures_differ_where_a_reader_finds_it_and_nowhere_else(desk_folder):
    told = {one.claim: summary(one) for one in Desk.open(desk_folder).findings if _is_of_capture(one)}
    assert told == {case.values[0]["claim"]: case.values[0]["expect"] for case in cases("captures", "sample")}


def _is_of_capture(finding):
    return finding.kind == "surface" and ("captured on" in finding.source or ".capture" in finding.claim)
