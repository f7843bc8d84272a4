"""Files that leave the desk: exact, repeatable, with their manifest, harmless to open."""

from datetime import date
from decimal import Decimal

import pandas as pd
import pytest

from lib import exports
from lib.exports import Total, tables
from tests.spreadsheet import cells, column, sheets

AS_OF = date(2026, 10, 31)
TABLE = pd.DataFrame(
    {
        "customer_name": ["Acme", "=1+1"],
        "account": ["000123456789", None],
        "mrr_usd": [Decimal("299.00"), Decimal("-1499.10")],
        "unit_price_usd": [Decimal("0.000800"), None],
        "take_rate": [Decimal("0.036"), None],
        "started_on": [date(2026, 1, 31), None],
    }
)
MANIFEST = {"book": "2026-05-09", "scenario": None, "rows": {"customer": 2}}


def test_csv_keeps_every_digit_and_every_leading_zero():
    lines = exports.csv(TABLE).decode().splitlines()
    assert lines[0] == "customer_name,account,mrr_usd,unit_price_usd,take_rate,started_on"
    assert lines[1] == "Acme,000123456789,299.00,0.000800,0.036,2026-01-31"


def test_text_that_a_spreadsheet_would_run_is_defused():
    assert exports.csv(TABLE).decode().splitlines()[2].startswith("'=1+1,")
    assert ("A3", "=1+1") in cells(exports.workbook({"Customers": TABLE}, MANIFEST, AS_OF), 2)


def test_a_negative_amount_stays_a_number_in_csv():
    assert ",-1499.10," in exports.csv(TABLE).decode()


def test_the_manifest_is_the_first_sheet():
    first = cells(exports.workbook({"Customers": TABLE}, MANIFEST, AS_OF), 1)
    assert first == [
        ("A1", "book"),
        ("B1", "2026-05-09"),
        ("A2", "scenario"),
        ("B2", "None"),
        ("A3", "rows.customer"),
        ("B3", "2"),
    ]


def test_the_workbook_holds_the_amounts_and_leaves_what_is_missing_empty():
    written = dict(cells(exports.workbook({"Customers": TABLE}, MANIFEST, AS_OF), 2))
    assert [Decimal(written[cell]) for cell in ("C2", "C3", "D2")] == [
        Decimal("299.00"),
        Decimal("-1499.10"),
        Decimal("0.0008"),
    ]
    assert "D3" not in written


def test_the_same_result_is_the_same_file():
    assert exports.workbook({"A": TABLE}, MANIFEST, AS_OF) == exports.workbook({"A": TABLE}, MANIFEST, AS_OF)


def test_a_number_longer_than_a_spreadsheet_holds_is_text():
    frame = pd.DataFrame({"quantity": [Decimal("1234567890.123456")]})
    assert ("A2", "1234567890.123456") in cells(exports.workbook({"Usage": frame}, {}, AS_OF), 2)


@pytest.mark.parametrize("column", ["take_rate", "mrr_usd"])
def test_a_quotient_that_does_not_end_is_a_number_of_six_decimals(column):
    frame = pd.DataFrame({column: [Decimal(2) / 3]})
    assert ("A2", "0.666667") in cells(exports.workbook({"Rates": frame}, {"book": "1"}, AS_OF), 2)
    assert exports.csv(frame).decode() == f"{column}\n0.666667\n"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"])
def test_no_name_of_a_customer_is_run_by_a_spreadsheet(name):
    assert exports.csv(pd.DataFrame({"customer_name": [name]})).decode().splitlines()[1].strip('"')[0] == "'"


def test_a_table_too_long_for_a_worksheet_is_refused_in_one_sentence(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 1)
    with pytest.raises(exports.ExportError, match="Customers has 2 rows and a worksheet holds 1; download it as CSV"):
        exports.workbook({"Customers": TABLE}, MANIFEST, AS_OF)


def test_a_file_name_says_which_result_it_is():
    assert (
        exports.file_name("fee_absorption", "take-rates", AS_OF, "a1b2c3", "csv")
        == "fee-absorption-take-rates-2026-10-31-a1b2c3.csv"
    )


# A summary


TOTALS = (
    Total("Baseline, 12 months", Decimal("5451797.64"), "usd"),
    Total("Could move, share", Decimal("0.0095"), "rate"),
    Total("Price of a word", Decimal("0.0008"), "usd"),
    Total("Takes effect", date(2027, 1, 1), "on"),
    Total("=Margin", None),
    Total("Scenario", "=starter"),
)


def test_a_summary_stands_between_the_manifest_and_the_tables():
    content = exports.workbook({"Customers": TABLE}, MANIFEST, AS_OF, TOTALS)
    assert list(sheets(content)) == ["Manifest", "Summary", "Customers"]
    rows = sheets(content)["Summary"]
    assert [row[0] for row in rows] == [total.label for total in TOTALS]
    assert [Decimal(row[1]) for row in rows[:3]] == [Decimal("5451797.64"), Decimal("0.0095"), Decimal("0.0008")]
    assert rows[3][1] == str((date(2027, 1, 1) - date(1899, 12, 30)).days)
    assert [row[1:] for row in rows[4:]] == [(), ("=starter",)]


def test_without_a_summary_a_workbook_is_what_it_was():
    assert list(sheets(exports.workbook({"Customers": TABLE}, MANIFEST, AS_OF))) == ["Manifest", "Customers"]


def test_a_column_read_back_adds_up_to_its_table():
    content = exports.workbook({"Customers": TABLE}, MANIFEST, AS_OF)
    assert sum(column(content, "Customers", "mrr_usd")) == Decimal("299.00") - Decimal("1499.10")
