"""One feed in several shapes: exports of other years and languages, and the API's objects, become the same rows."""

from pathlib import Path

import pytest

from lib.warehouse.build import BuildReport
from lib.warehouse.refusal import BuildRefused
from tests.warehouse.worlds import ask, built

INVOICES = "stripe/invoices.csv"
ROWS = "select invoice_id, stripe_customer_id, total_usd, invoiced_at from raw.stripe_invoice order by 1"
PLAIN = "id,Customer,Number,Subscription,Status,Currency,Total,Date (UTC),Paid At (UTC)\n"
LINE = "in_1,cus_1,,,paid,usd,1249.00,2026-04-02 00:00,\n"
SAME = [("in_1", "cus_1", "1249.00", "2026-04-02 00:00")]


EXPORTS = [
    (PLAIN, LINE),
    (PLAIN.upper(), LINE),
    (PLAIN.replace("Date (UTC)", "Created (UTC)"), LINE),
    (PLAIN.replace("Date (UTC)", "invoice_date_utc"), LINE),
    (PLAIN.replace("id,", "Invoice ID,").replace("Customer", "Customer ID"), LINE),
    (PLAIN.replace("Total", "Note,Total"), LINE.replace("1249.00", "hello,1249.00")),
    (PLAIN, LINE.replace("1249.00", '"$1,249.00"')),
    (PLAIN.replace(",", ";"), LINE.replace(",", ";").replace("1249.00", "1249,00")),
]


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    """Every export as a file of its own in one snapshot, its invoice named after its place."""
    files = {
        f"stripe/invoices-{place}.csv": header + line.replace("in_1", f"in_{place}")
        for place, (header, line) in enumerate(EXPORTS)
    }
    return built(tmp_path_factory.mktemp("exports"), files)


@pytest.mark.parametrize("place", range(len(EXPORTS)))
def test_an_export_of_any_year_is_the_same_invoice(exports: BuildReport, place: int) -> None:
    rows = ask(exports, f"from ({ROWS}) where invoice_id = 'in_{place}'")
    assert rows == [(f"in_{place}", *told) for _, *told in SAME]
    assert ask(
        exports, f"select count(*) from raw.stripe_invoice where source_file = 'stripe/invoices-{place}.csv'"
    ) == [(1,)]


def test_what_was_matched_is_said_header_by_header(tmp_path: Path) -> None:
    report = built(tmp_path, {INVOICES: PLAIN + LINE, "company/addons.csv": ADDONS})
    told = ask(report, "select header, column_name from marts.file_column where file = 'stripe/invoices.csv'")
    assert told == [
        ("id", "invoice_id"),
        ("Customer", "stripe_customer_id"),
        ("Number", "invoice_number"),
        ("Subscription", "subscription_id"),
        ("Status", "status"),
        ("Currency", "currency"),
        ("Total", "total_usd"),
        ("Date (UTC)", "invoiced_at"),
        ("Paid At (UTC)", "paid_at"),
        (None, "charge_id"),
    ]
    shapes = ask(report, "select distinct file, shape from marts.file_column order by 1")
    assert shapes == [("company/addons.csv", "own form"), (INVOICES, "dashboard export")]
    assert ask(report, "select header from marts.file_column where column_name is null") == [("why",)]


ADDONS = "customer_id,product,addon,started_on,price_usd,why\nc-1,p,a,2026-04-01,1.00,because\n"


def test_two_headers_for_one_column_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildRefused, match=r"stripe/invoices\.csv has 2 columns 'total'; keep the one that counts"):
        built(tmp_path, {INVOICES: PLAIN.replace("Number", "total") + LINE})


def test_a_column_that_is_not_there_names_every_name_it_goes_by(tmp_path: Path) -> None:
    with pytest.raises(BuildRefused) as refused:
        built(tmp_path, {INVOICES: PLAIN.replace("Customer", "Kundin") + LINE})
    assert str(refused.value) == (
        "stripe/invoices.csv has no column 'stripe_customer_id' "
        "(it goes by 'Customer', 'Customer ID', 'Kunden-ID', 'ID client'), "
        "which data/feeds declares for raw.stripe_invoice; the nearest header is 'Kundin'"
    )
