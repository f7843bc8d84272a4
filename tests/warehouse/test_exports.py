"""Small exports: declared columns only, checked, keyed, and every line explained."""

from pathlib import Path

import pytest

from lib.warehouse.refusal import BuildRefused
from tests.warehouse.hand_world import PLANS
from tests.warehouse.worlds import account, ask, built

SIGNUPS = "company/signups.csv"
HEADER = "signup_id,product,signed_up_on,converted_on,customer_id\n"
GOOD = "su-1,vellocity,2026-04-01,,\n"


def test_an_empty_field_is_null_and_every_row_knows_its_line(tmp_path: Path) -> None:
    report = built(tmp_path, {SIGNUPS: HEADER + "\n" + GOOD})
    assert ask(report, "select * from raw.signup") == [("su-1", "vellocity", "2026-04-01", None, None, SIGNUPS, 3)]


def test_headers_may_grow_move_and_change_case(tmp_path: Path) -> None:
    content = "PRODUCT,Notes,customer_id, signup_id ,converted_on,signed_up_on\nvellocity,hi,,su-1,,2026-04-01\n"
    report = built(tmp_path, {SIGNUPS: content})
    assert ask(report, "select signup_id, product from raw.signup") == [("su-1", "vellocity")]


def test_files_of_one_feed_are_joined_by_column_name(tmp_path: Path) -> None:
    world = {
        "stripe/prices-1.csv": "Price ID,Product ID,Product Name,Amount,Currency,Interval,lookup_key\np1,x,,1,usd,,\n",
        "stripe/prices-2.csv": "lookup_key,Interval,Currency,Amount,Product Name,Product ID,Price ID\n,,usd,2,,y,p2\n",
    }
    report = built(tmp_path, world)
    assert ask(report, "select price_id, product_id, amount_usd from raw.stripe_price order by 1") == [
        ("p1", "x", "1"),
        ("p2", "y", "2"),
    ]


def test_a_missing_column_names_file_column_and_nearest_header(tmp_path: Path) -> None:
    with pytest.raises(BuildRefused) as refused:
        built(tmp_path, {SIGNUPS: HEADER.replace("signed_up_on", "signed_on") + GOOD})
    assert str(refused.value) == (
        "company/signups.csv has no column 'signed_up_on', which data/feeds declares for raw.signup; "
        "the nearest header is 'signed_on'"
    )


def test_a_messy_export_loses_no_line(tmp_path: Path) -> None:
    content = (
        "\ufeff"
        + HEADER
        + GOOD
        + GOOD  # an identical copy: a duplicate
        + "su-1,vellocity,2026-04-02,,\n"  # the same key with another day
        + "\n"
        + 'su-2,"vello\ncity",2026-04-03,,\n'  # one record on two lines
        + 'su-3,vello"city,2026-04-03,,\n'
        + "su-4,vellocity,2026-04-31,,\n"
        + ",vellocity,2026-04-01,,\n"
        + "su-5,vellocity\n"
        + "su-6,vellocity,2026-04-06,2026-05-01,c-0006"  # no line end: c-0006 may be the beginning of c-00061
    )
    report = built(tmp_path, {SIGNUPS: content.replace("\n", "\r\n")})
    status = account(report, "signup")
    assert status["lines_read"] == 12
    parts = ("header_lines", "blank_lines", "loaded", "duplicates", "rejected")
    assert [status[part] for part in parts] == [1, 1, 3, 1, 6]
    assert ask(report, "select signup_id from raw.signup order by 1") == [("su-1",), ("su-2",)]
    assert ask(report, "select line, reason from raw.reject order by line") == [
        (4, "signup_id stands in company/signups.csv, line 2, with other values"),
        (8, "odd number of quotes"),
        (9, "signed_up_on is not a date like 2026-10-31: 2026-04-31"),
        (10, "signup_id is empty"),
        (11, "2 fields where the header has 5"),
        (12, "no line end: the file may be cut short here"),
    ]


OFFERS = {
    "plans_db/plans.csv": PLANS["plans_db/plans.csv"],
    "plans_db/marketplace_pricing_dimensions.csv": PLANS["plans_db/marketplace_pricing_dimensions.csv"],
    "company/private_offers.csv": (
        "offer_id,customer_id,plan_key,price_usd,accepted_on,starts_on,ends_on\n"
        "of-1,c-1,starter-annual,0.00,,2026-04-01,\n"
        "of-2,c-1,starter-annual,-5.00,,2026-04-01,\n"
        "of-3,c-1,starter-anual,5.00,,2026-04-01,\n"
    ),
    "company/private_offer_allowances.csv": (
        "offer_id,dimension,allowance\n"
        "of-1,words,1000000.5\nof-2,words,unlimited\nof-3,words,not offered\nof-4,words,by contract\n"
        "of-5,wrods,7\nof-6,words,lots\nof-7,words,-1\n"
    ),
}


def test_a_private_offer_speaks_the_words_of_the_price_list(tmp_path: Path) -> None:
    report = built(tmp_path, OFFERS)
    assert ask(report, "select file, line, reason from raw.reject order by file desc, line") == [
        ("company/private_offers.csv", 3, "price_usd is not a price, zero or more, in dollars and cents: -5.00"),
        (
            "company/private_offers.csv",
            4,
            "plan_key is no plan that we sell: starter-anual; the nearest is starter-annual",
        ),
        (
            "company/private_offer_allowances.csv",
            6,
            "dimension is no dimension that we sell: wrods; the nearest is words",
        ),
        (
            "company/private_offer_allowances.csv",
            7,
            "allowance is neither a quantity nor 'unlimited', 'not offered' or 'by contract': lots",
        ),
        (
            "company/private_offer_allowances.csv",
            8,
            "allowance is neither a quantity nor 'unlimited', 'not offered' or 'by contract': -1",
        ),
    ]


def test_a_nul_byte_costs_one_line(tmp_path: Path) -> None:
    report = built(tmp_path, {SIGNUPS: HEADER + GOOD + GOOD.replace("su-1", "su\0-2")})
    assert account(report, "signup")["loaded"] == 1
    assert ask(report, "select line, reason from raw.reject") == [(3, "a NUL byte")]


def test_semicolons_separate_where_the_header_says_so(tmp_path: Path) -> None:
    report = built(tmp_path, {SIGNUPS: (HEADER + GOOD).replace(",", ";")})
    assert account(report, "signup")["loaded"] == 1


@pytest.mark.parametrize(
    ("content", "lines", "header", "blank"), [("", 0, 0, 0), ("\n \n", 2, 0, 2), (HEADER, 1, 1, 0)]
)
def test_an_export_without_a_row_is_accounted_for(
    tmp_path: Path, content: str, lines: int, header: int, blank: int
) -> None:
    status = account(built(tmp_path, {SIGNUPS: content}), "signup")
    assert (status["is_missing"], status["file_count"], status["lines_read"]) == (False, 1, lines)
    assert (status["header_lines"], status["blank_lines"], status["loaded"]) == (header, blank, 0)


def test_a_header_with_a_stray_quote_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BuildRefused, match="quotes of its header line are out of order"):
        built(tmp_path, {SIGNUPS: '"signup_id,product\n'})
