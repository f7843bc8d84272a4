"""The listing export round-trips: what is written down and read back says of every price what the book says.

What a listing cannot hold is not part of it: bands beyond the first, readings, and plans that stay off it.
"""

import json
import re
from decimal import Decimal
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.catalog.scenario import Change, overlaid
from lib.reports import unlike_table
from lib.surfaces import TypedError, as_csv, as_dict, listing, read_listing, said, unlike
from tests.conftest import cases
from tests.specification import CLAIMS, current, rows

PUBLIC = ("starter", "accelerate", "command")
SLUGS = {"starter": "starter", "accelerate": "accelerate", "command": "command_plus"}
CODES = {"monthly": "P1M", "annual": "P12M"}


def as_json(made):
    return json.dumps({"manifest": {}, **as_dict(made)})


FORMS = {"csv": as_csv, "json": as_json}


def of_book(book, plans):
    """What a listing says of a book, asked of the book itself and of the marts' ids, and of no listing."""
    told = {}
    ids = {row["plan_key"]: row for row in plans}
    for tier, slug in SLUGS.items():
        for term, code in CODES.items():
            at, key = f"plans.{slug}-{term}", f"{slug}-{term}"
            told[f"{at}.name"] = f"Vellocity GTM — {book.tiers[tier].name}"
            told[f"{at}.dimension_key"] = slug
            told[f"{at}.duration"] = code
            told[f"{at}.list_price"] = book.list_price("aws", key)
            told[f"{at}.plan_id"] = book.plan(key).plan_id
            told[f"{at}.stripe_product_id"] = ids[key]["stripe_product_id"]
            told[f"{at}.stripe_price_id"] = ids[key]["stripe_price_id"]
    for key, item in book.dimensions.items():
        at = f"dimensions.{key}"
        told[f"{at}.name"], told[f"{at}.unit"], told[f"{at}.unit_size"] = item.name, item.unit, item.unit_size
        told[f"{at}.unit_price"] = book.price("aws", key).bands[0].unit_price
        told[f"{at}.tier_floor"], told[f"{at}.metered"] = item.tier_floor, item.is_metered
        told |= {f"allowances.{tier}.{key}": book.allowance("aws", tier, key) for tier in PUBLIC}
    return told


@pytest.mark.parametrize("form", FORMS)
def test_parsed_back_it_is_the_same_book(form):
    """42 values of six contract rows, 48 of eight dimensions, 24 allowances."""
    read = read_listing(FORMS[form](listing(current(), CLAIMS, rows("plan"))), "a test")
    assert said(read) == of_book(current(), rows("plan"))
    assert len(said(read)) == 6 * 7 + 8 * 6 + 8 * 3


amounts = st.decimals(Decimal("0"), Decimal("99999.99999999"), places=8)
names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
quantities = st.decimals(Decimal("0"), Decimal("999999999"), places=6)
allowances = st.one_of(quantities, st.sampled_from(["unlimited", "not offered", "by contract"]))
KEYS = sorted(current().dimensions)


@st.composite
def plan_prices(draw):
    """A month's price, and a year's that is no more than its months."""
    changes = {}
    for slug in SLUGS.values():
        month = draw(st.decimals(Decimal("0.01"), Decimal("99999.99"), places=2))
        share = draw(st.integers(0, 1200))
        changes[f"{slug}-monthly"] = {"list_price": month}
        changes[f"{slug}-annual"] = {"list_price": month * share / 100}
    return changes


@st.composite
def dimension_changes(draw):
    return {
        "name": draw(names),
        "unit": draw(st.text("abcdefghijklmnopqrstuvwxyz ", min_size=1, max_size=8).map(str.strip).filter(bool)),
        "unit_size": draw(st.decimals(Decimal("0.000001"), Decimal("1000000"), places=6)),
        "tier_floor": draw(st.sampled_from(["any", *current().tiers])),
        "metered": draw(st.booleans()),
        "bands": [{"from": 0, "unit_price": draw(amounts)}, {"from": 1000, "unit_price": draw(amounts)}],
    }


@st.composite
def changed_books(draw):
    """The book with any of its prices, dimensions, allowances and tier names drawn anew."""
    keys = draw(st.lists(st.sampled_from(KEYS), unique=True, max_size=4))
    tiers = draw(st.lists(st.sampled_from(PUBLIC), unique=True))
    changes = {
        "plans": draw(plan_prices()),
        "dimensions": {key: draw(dimension_changes()) for key in keys},
        "allowances": {tier: {draw(st.sampled_from(KEYS)): draw(allowances)} for tier in tiers},
        "tiers": {tier: {"name": draw(names)} for tier in tiers},
        "rails": {"aws": {"plans": {"starter-annual": {"list_price": Decimal(0)}}} if draw(st.booleans()) else {}},
    }
    return overlaid(current(), changes, "drawn")


@given(changed_books(), st.sampled_from(sorted(FORMS)))
def test_whatever_the_book_says_its_export_says_again(book, form):
    made = listing(book, CLAIMS, rows("plan"))
    read = read_listing(FORMS[form](made), "drawn")
    assert said(read) == of_book(book, rows("plan"))
    assert read == (*made.contracts, *made.dimensions)
    assert unlike(made, read) == ()


@given(changed_books())
def test_two_books_differ_in_the_export_where_they_differ_in_what_a_listing_holds(book):
    ours, theirs = of_book(current(), rows("plan")), of_book(book, rows("plan"))
    read = read_listing(as_csv(listing(book, CLAIMS, rows("plan"))), "drawn")
    found = unlike(listing(current(), CLAIMS, rows("plan")), read)
    assert {change.path for change in found} == {path for path in ours if ours[path] != theirs[path]}
    assert all((change.was, change.becomes) == (ours[change.path], theirs[change.path]) for change in found)


def test_a_change_of_bands_beyond_the_first_is_nothing_a_listing_holds():
    bands = [{"from": 0, "unit_price": "0.001"}, {"from": 7, "unit_price": "0.0001"}]
    book = overlaid(current(), {"dimensions": {"words": {"bands": bands}}}, "a test")
    assert as_csv(listing(book, CLAIMS)) == as_csv(listing(current(), CLAIMS))


EXPORT = as_csv(listing(current(), CLAIMS, rows("plan")))


@pytest.mark.parametrize("case", cases("typed_listing", "changed"))
def test_one_cell_changed_is_one_difference(case):
    assert EXPORT.count(case["old"]) == 1
    read = read_listing(EXPORT.replace(case["old"], case["new"]), "a test")
    found = unlike(listing(current(), CLAIMS, rows("plan")), read)
    assert [(change.path, str(change.was), str(change.becomes)) for change in found] == [tuple(case["expect"])]


@pytest.mark.parametrize("case", cases("typed_listing", "refused"))
def test_what_cannot_be_read_is_refused_by_line_and_column(case):
    assert EXPORT.count(case["old"]) >= 1
    with pytest.raises(TypedError, match=re.escape(case["told"])):
        read_listing(EXPORT.replace(case["old"], case["new"]), "listing.csv")


@pytest.mark.parametrize("text", ["", "\n\n", "{}", "[]", "[1]", '{"contracts": [3], "dimensions": []}', '"', "{"])
def test_what_is_no_listing_is_refused_in_one_sentence(text):
    with pytest.raises(TypedError, match=r"listing\.txt") as refused:
        read_listing(text, "listing.txt")
    assert "\n" not in str(refused.value)


def test_a_file_that_a_spreadsheet_saved_reads_the_same():
    """With a byte order mark, carriage returns and empty lines."""
    saved = "\ufeff" + EXPORT.replace("\n", "\r\n") + "\r\n\r\n"
    assert read_listing(saved, "a test") == read_listing(EXPORT, "a test")


def test_a_row_left_out_is_a_difference_on_every_path_of_it():
    lines = EXPORT.splitlines(keepends=True)
    read = read_listing("".join(chain(lines[:1], lines[2:])), "a test")
    found = unlike(listing(current(), CLAIMS, rows("plan")), read)
    assert {change.path.rpartition(".")[0] for change in found} == {"plans.starter-monthly"}
    assert all(change.becomes is None for change in found)


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolons"), ("\t", "tabs"), ("|", "bars")])
def test_a_table_with_another_sign_between_its_cells_says_so(sign, name):
    with pytest.raises(TypedError, match=rf"listing.csv is separated by {name}; save it with commas"):
        read_listing(EXPORT.replace(",", sign), "listing.csv")


def test_signs_that_turn_the_line_around_are_written_out():
    change = Change("plans.a\u202eb", "x", "y\u2028z")
    assert unlike_table([change], "a file").splitlines()[0] == r"'plans.a\u202eb': the book x, the file 'y\u2028z'"
