"""AWS seller data feeds: what they say now of what was written twice, and what a line of an invoice brought."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lib.desk import Desk
from lib.market import agreement_findings
from lib.warehouse.build import DATA, BuildReport, build
from tests.warehouse.hand_world import BILLING, HISTORY, MARCH, WORLD, billed, csv, feed, version
from tests.warehouse.worlds import World, account, ask, built, take_snapshot

CASES = Path(__file__).parents[1] / "cases"
VERSIONS = tomllib.loads((CASES / "marketplace_versions.toml").read_text())["cases"]
LINES = tomllib.loads((CASES / "marketplace_lines.toml").read_text())["cases"]
EVENT_COLUMNS = (
    "billing_event_id,action,action_date,transaction_type,from_account_id,product_id,offer_id,agreement_id,amount,"
    "currency,invoice_id,invoice_date,buyer_invoice_id,buyer_line_item_id,usage_period_start_date,"
    "usage_period_end_date,transaction_reference_id,balance_impacting,charge_variant,charge_side,"
    "parent_billing_event_id,disbursement_billing_event_id"
)


def named(cases: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(place, case, id=case["name"]) for place, case in enumerate(cases)]


# What a feed says now


def account_files() -> World:
    """Every case's rows under an account of its own, each in the file of its month.

    From May on the header has grown by a column nobody declared; June brought no change; one account is mangled.
    """
    files: dict[str, list[str]] = {"2026-06": [], "2026-03": [f"{MARCH},,{MARCH},,acct-mangled,1.23457E+11,"]}
    for place, case in enumerate(VERSIONS):
        for row in case["rows"]:
            month, valid_from, updated, deleted, aws_account = row.split("|")
            files.setdefault(month, []).append(f"{valid_from},,{updated},{deleted},acct-{place},{aws_account},blue")
    header = f"{HISTORY},account_id,aws_account_id"
    return {
        f"marketplace/accountfeed_v1/year={month[:4]}/month={month[5:]}/data.csv": csv(
            f"{header},favourite_colour", *rows
        )
        if month > "2026-04"
        else csv(header, *(row.rpartition(",")[0] for row in rows))
        for month, rows in files.items()
    }


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    return built(tmp_path_factory.mktemp("versions"), account_files())


@pytest.mark.parametrize(("place", "case"), named(VERSIONS))
def test_a_feed_says_the_newest_writing_of_each_version(
    versions: BuildReport, place: int, case: dict[str, Any]
) -> None:
    rows = ask(
        versions,
        "select aws_account_id, strftime(held_from, '%Y-%m-%d %H:%M'), strftime(held_until, '%Y-%m-%d %H:%M') "
        f"from staging.marketplace_account where account_id = 'acct-{place}' order by held_from",
    )
    expected = [tuple(row.split("|")) for row in case["held"]]
    assert [tuple(str(value).removesuffix(" 00:00") for value in row) for row in rows] == expected


def test_every_row_is_loaded_whichever_writing_counts_and_a_mangled_number_is_not(versions: BuildReport) -> None:
    """No row is a duplicate to the intake: each stays on record. A spreadsheet has made an exponent of one account."""
    row = account(versions, "marketplace_account")
    assert (row["loaded"], row["duplicates"], row["rejected"]) == (sum(len(case["rows"]) for case in VERSIONS), 0, 1)
    assert row["file_count"] == 5  # January 2010, and March to June 2026; June holds a header alone
    [(reason,)] = ask(versions, "select reason from raw.reject")
    assert reason == "aws_account_id is no AWS account number of at most 12 digits: 1.23457E+11"


def test_a_header_that_has_grown_is_read_and_told(versions: BuildReport) -> None:
    query = "select distinct file from marts.file_column where header = 'favourite_colour' and column_name is null"
    months = {str(file).split("month=")[1][:2] for (file,) in ask(versions, query)}
    assert months == {"05", "06"}


# What a line of an invoice brought


def event_rows(place: int | str, case: dict[str, Any]) -> list[str]:
    """A case's events as rows: the buyer's invoice is the case's, fees stand on an invoice of their own."""
    rows = []
    for number, event in enumerate(case["events"]):
        action, kind, amount, *more = event.split("|")
        told = dict(pair.split("=") for pair in more[0].split(",")) if more else {}
        on = "2026-03-02T00:00:00Z" if action == "DISBURSED" else MARCH
        is_fee = kind.startswith("AWS_REV_SHARE")
        values = {
            "billing_event_id": f"be-{place}-{number}",
            "action": action,
            "action_date": on,
            "transaction_type": kind,
            "amount": amount,
            "currency": "USD",
            "invoice_id": f"LF-{place}" if is_fee else f"INV-{place}",
            "invoice_date": MARCH,
            "buyer_invoice_id": f"INV-{place}",
            "buyer_line_item_id": "li-1",
            **told,
        }
        rows.append(event_row(values))
    return rows


def event_row(values: dict[str, str]) -> str:
    """One billing event with its history."""
    on = values["action_date"]
    return version(on, on, "", ",".join(values.get(name, "") for name in EVENT_COLUMNS.split(",")))


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    rows = [row for place, case in enumerate(LINES) for row in event_rows(place, case)]
    adjustment = {
        "action": "INVOICED",
        "action_date": MARCH,
        "transaction_type": "BALANCE_ADJUSTMENT",
        "currency": "USD",
    }
    for number, amount in enumerate(("12.00", "-2.50")):
        rows.append(event_row({**adjustment, "billing_event_id": f"be-adjusted-{number}", "amount": amount}))
    again = event_rows("again", {"events": ["INVOICED|SELLER_REV_SHARE|7.00"]})[0]
    rows += [again, again.replace(MARCH, "2026-03-09T00:00:00Z", 1)]
    files = {**feed("BillingEventFeed", "03", EVENT_COLUMNS, *rows), **taxes()}
    return built(tmp_path_factory.mktemp("lines"), files)


def taxes() -> World:
    """The tax items of one case, one of them written twice."""
    taxed = "tax that we owe is part of the net, tax that AWS pays is not"
    invoice = f"INV-{[case['name'] for case in LINES].index(taxed)}"
    items = (("1", MARCH, "Seller", "20.00"), ("1", "2026-03-05", "Seller", "19.00"), ("2", MARCH, "AWS", "7.25"))
    rows = [
        version(MARCH, updated, "", f"tax-{number},{invoice},{party},AWS,{MARCH},{amount},USD,")
        for number, updated, party, amount in (*items, ("3", MARCH, "", "0.50"))
    ]
    header = (
        "tax_item_id,invoice_id,tax_liable_party,transaction_type_code,invoice_date,tax_amount,tax_currency,product_id"
    )
    return feed("TaxItemFeed", "03", header, *rows)


@pytest.mark.parametrize(("place", "case"), named(LINES))
def test_a_line_adds_up_to_what_it_brought(lines: BuildReport, place: int, case: dict[str, Any]) -> None:
    names = list(case["expected"])
    query = f"select {', '.join(names)} from marts.marketplace_line where invoice_id = 'INV-{place}'"
    [found] = ask(lines, query)
    assert dict(zip(names, found, strict=True)) == {name: value(name, case["expected"][name]) for name in names}


def value(name: str, text: str) -> Decimal | date | bool | None:
    if not text:
        return None
    if name.startswith("is_"):
        return text == "yes"
    return date.fromisoformat(text) if name.endswith("_on") else Decimal(text)


def test_an_adjustment_is_a_line_of_its_day_and_no_sale(lines: BuildReport) -> None:
    """It names no invoice; 12.00 and −2.50 of a day to the same account are one line."""
    query = "select invoice_id, adjustment, net from marts.marketplace_line where adjustment <> 0"
    assert ask(lines, query) == [("adjustment-2026-03-01", Decimal("9.50"), Decimal("9.50"))]
    assert ask(lines, "select * from marts.settlement where invoice_id like 'adjustment%'") == []


def test_a_billing_event_is_immutable_and_counts_once(lines: BuildReport) -> None:
    """Written again with a `valid_from` of its own, it is still the one event."""
    assert ask(lines, "select gross from marts.marketplace_line where invoice_id = 'INV-again'") == [(Decimal("7.00"),)]


def test_a_settlement_is_the_sale_less_refunds_and_the_fee_less_what_it_gave_back(lines: BuildReport) -> None:
    """By case: gross + refund − forgiven, fee + fee refund − forgiven fee; taxes and wholesale are neither."""
    settled = {
        row[0]: row[1:]
        for row in ask(lines, "select invoice_id, gross_usd, fee_usd, net_usd, disbursed_on from marts.settlement")
    }
    places = {case["name"]: f"INV-{place}" for place, case in enumerate(LINES)}
    paid = date(2026, 3, 2)
    every = "every type that AWS has, once"
    assert settled[places[every]] == (Decimal("850.00"), Decimal("25.50"), Decimal("824.50"), None)
    forgiven = "a charge that AWS forgave brings nothing, and nothing of it is still to be paid"
    assert settled[places[forgiven]] == (Decimal(0), Decimal(0), Decimal(0), None)
    again = "failed, taken back line by line, and paid a second time: paid once"
    assert settled[places[again]] == (Decimal("100.00"), Decimal("3.00"), Decimal("97.00"), paid)
    failed = "a payment that failed was no payment: AWS names it as the parent of the failure"
    assert settled[places[failed]][3] is None


def test_a_line_that_brings_nothing_does_not_put_off_the_payout_of_its_invoice(tmp_path: Path) -> None:
    """Of 200.00 invoiced 50.00 are forgiven and 50.00 refunded before the payout; the rest, 97.00, was paid."""
    paid = [
        "INVOICED|SELLER_REV_SHARE|100.00",
        "INVOICED|AWS_REV_SHARE|-3.00",
        "DISBURSED|SELLER_REV_SHARE|-100.00|disbursement_billing_event_id=p",
        "DISBURSED|AWS_REV_SHARE|3.00|disbursement_billing_event_id=p",
    ]
    forgiven = [
        "INVOICED|SELLER_REV_SHARE|50.00|buyer_line_item_id=li-2",
        "INVOICED|AWS_REV_SHARE|-1.50|buyer_line_item_id=li-2",
        "FORGIVEN|SELLER_REV_SHARE|-50.00|buyer_line_item_id=li-2",
        "FORGIVEN|AWS_REV_SHARE|1.50|buyer_line_item_id=li-2",
    ]
    refunded = [
        "INVOICED|SELLER_REV_SHARE|50.00|buyer_line_item_id=li-3",
        "INVOICED|AWS_REV_SHARE|-1.50|buyer_line_item_id=li-3",
        "INVOICED|SELLER_REV_SHARE_REFUND|-50.00|buyer_line_item_id=li-3",
        "INVOICED|AWS_REV_SHARE_REFUND|1.50|buyer_line_item_id=li-3",
    ]
    open_line = ["INVOICED|SELLER_REV_SHARE|10.00|buyer_line_item_id=li-4"]
    rows = event_rows(1, {"events": [*paid, *forgiven, *refunded]})
    rows += event_rows(2, {"events": [*paid, *forgiven, *open_line]})
    report = built(tmp_path, feed("BillingEventFeed", "03", EVENT_COLUMNS, *rows))
    query = "select invoice_id, net_usd, disbursed_on from marts.settlement order by invoice_id"
    assert ask(report, query) == [
        ("INV-1", Decimal("97.00"), date(2026, 3, 2)),
        ("INV-2", Decimal("107.00"), None),
    ]


def test_the_lines_of_an_invoice_add_up_to_what_it_settles(tmp_path: Path) -> None:
    """Three lines of 0.004 are 0.012, which is one cent; two of 0.004 are 0.008, another cent.

    A sale that names no invoice of the buyer stands on the invoice it has, in both.
    """
    rows = [
        row
        for invoice, count in (("INV-S", 3), ("INV-T", 2))
        for number in range(count)
        for row in event_rows(
            f"{invoice}-{number}",
            {"events": [f"INVOICED|SELLER_REV_SHARE|0.004|buyer_invoice_id={invoice},buyer_line_item_id=li-{number}"]},
        )
    ]
    rows += event_rows("x", {"events": ["INVOICED|SELLER_REV_SHARE|100.00|buyer_invoice_id=,invoice_id=INV-X"]})
    report = built(tmp_path, feed("BillingEventFeed", "03", EVENT_COLUMNS, *rows))
    expected = [("INV-S", Decimal("0.01")), ("INV-T", Decimal("0.01")), ("INV-X", Decimal("100.00"))]
    assert ask(report, "select invoice_id, sum(amount_usd) from marts.invoice_line group by 1 order by 1") == expected
    assert ask(report, "select invoice_id, gross_usd from marts.settlement order by 1") == expected


def test_taxes_are_told_by_who_pays_them_on_beside_what_was_billed(lines: BuildReport) -> None:
    """19.00 for us, first written as 20.00; 7.25 for AWS; 0.50 for nobody who is named."""
    query = "select ours, aws, unnamed, billed_ours, billed_aws from marts.marketplace_tax"
    amounts = tuple(Decimal(text) for text in ("19.00", "7.25", "0.50", "19.00", "7.25"))
    assert ask(lines, query) == [amounts]


# Whose listing it is

OTHER = {
    **feed("OfferProductFeed", "03", "offer_id,offer_revision,product_id",
        version(MARCH, MARCH, "", "offer-public,1,prod-1"), version(MARCH, MARCH, "", "offer-other,1,prod-9"),
    ),
    **feed("LegacyIdMappingFeed", "03", "mapping_type,legacy_id,new_id"),
    **feed("AgreementFeed", "05",
        "agreement_id,acceptor_account_id,offer_id,start_time,end_time,acceptance_time,intent,preceding_agreement_id,"
        "status,status_reason_code,estimated_agreement_value,currency_code",
        version(MARCH, MARCH, "", f"agmt-9,acct-2,offer-other,{MARCH},,{MARCH},NEW,,Active,,500.00,USD"),
        version(MARCH, MARCH, "", f"agmt-8,acct-2,0f0f-old-offer,{MARCH},,{MARCH},NEW,,Active,,600.00,USD"),
    ),
    **feed("BillingEventFeed", "05", BILLING,
        billed("be-9", "INVOICED", MARCH, "SELLER_REV_SHARE", "500.00", "INV-9", "agmt-9/x/2026-03-01")
        .replace("INV-1", "INV-9").replace("prod-1", "prod-9"),
        billed("be-8", "INVOICED", MARCH, "SELLER_REV_SHARE", "600.00", "INV-8", "agmt-8/starter-annual/2026-03-01")
        .replace("INV-1", "INV-8").replace("prod-1", "0f0f-old-product"),
    ),
}  # fmt: skip
LEGACY = {
    "marketplace/LegacyIdMappingFeed_V1/year=2010/month=01/data.csv": csv(
        "mapping_type,legacy_id,new_id", "PRODUCT,0f0f-old-product,prod-1", "OFFER,0f0f-old-offer,offer-public"
    )
}


def own_data(folder: Path, products: str) -> Path:
    """The house's facts, with our listings named."""
    data = folder / "data"
    data.mkdir()
    for path in DATA.iterdir():
        if path.name != "billing.toml":
            (data / path.name).symlink_to(path)
    billing = (DATA / "billing.toml").read_text()
    named = billing.replace("own_marketplace_products = []", f"own_marketplace_products = {products}")
    (data / "billing.toml").write_text(named)
    return data


def counted(folder: Path, products: str) -> tuple[set[object], Decimal, set[object]]:
    """Agreements that are contracts, what was invoiced on AWS, and the invoices settled, with our listings named."""
    world = {**WORLD, **OTHER, **LEGACY}
    report = build(take_snapshot(folder / "snapshots", world), folder / "warehouse", data=own_data(folder, products))
    contracts = {row[0] for row in ask(report, "select contract_id from marts.contract where rail = 'aws'")}
    [(invoiced,)] = ask(report, "select sum(amount_usd) from marts.invoice_line where rail = 'aws'")
    settled = {row[0] for row in ask(report, "select invoice_id from marts.settlement where rail = 'aws'")}
    assert isinstance(invoiced, Decimal)
    return contracts, invoiced, settled


def test_without_a_list_every_listing_of_the_feeds_is_ours(tmp_path: Path) -> None:
    contracts, invoiced, settled = counted(tmp_path, "[]")
    assert contracts == {"agmt-2", "agmt-3", "agmt-8", "agmt-9"}
    assert (invoiced, settled) == (Decimal("4090.00"), {"INV-1", "INV-8", "INV-9"})


def test_another_listing_of_the_same_seller_is_not_counted_and_an_old_id_of_ours_is(tmp_path: Path) -> None:
    """prod-9 is sold by agmt-9 and be-9; agmt-8 and be-8 go by ids of before 2020. agmt-3's offer names no product."""
    contracts, invoiced, settled = counted(tmp_path, '["prod-1"]')
    assert contracts == {"agmt-2", "agmt-3", "agmt-8"}
    assert (invoiced, settled) == (Decimal("3590.00"), {"INV-1", "INV-8"})  # 2,990 + 600, and not 500 of prod-9


# What finance hands over

REPORTS = {
    "marketplace/reports/Billed Revenue 2026-03.csv": csv(
        "Invoice Date,Invoice ID,Listing Fee Invoice ID,Gross Revenue,Gross Refund,Listing Fee,Listing Fee Refund,"
        "Seller Net Revenue,Currency,Offer ID,Payment Term",
        "2026-03-01T00:00:00Z,INV-1,LF-1,2990.00,Not applicable,-89.70,Not available,2900.30,USD,Not provided,Net 30",
        "2026-03-01T00:00:00Z,INV-7,Not available,10.00,0,-0.30,0,9.70,USD,offer-x,Net 30 days",
    ),
    "marketplace/reports/collections_2026-03.csv": csv(
        "invoice_id,invoice_date,currency,disbursement_status,disbursement_date,disbursed_net_revenue",
        "INV-1,2026-03-01T00:00:00Z,USD,Disbursed,2026-04-01,1450.15",
        "INV-1,2026-03-01T00:00:00Z,USD,Disbursed,2026-04-05,1450.15",
        "INV-7,2026-03-01T00:00:00Z,USD,Not disbursed,Not available,Not applicable",
    ),
}  # fmt: skip


def test_reports_of_overlapping_spans_count_a_row_once_and_each_of_one_file(tmp_path: Path) -> None:
    """INV-1 stands in both exports; the two equal lines of INV-2 are two sales, and the quarter has a third."""
    header = "invoice_id,invoice_date,currency,gross_revenue,listing_fee,seller_net_revenue"
    one, two = (f"INV-{number},2026-03-01,USD,{money}" for number, money in ((1, "100.00,-3.00,97.00"), (2, "5,0,5")))
    files = {
        "marketplace/reports/billed_revenue_march.csv": csv(header, one, two, two),
        "marketplace/reports/billed_revenue_q1.csv": csv(header, two, one, two, two),
    }
    report = built(tmp_path, {**WORLD, **files})
    query = "select invoice_id, reported_gross from marts.billed_revenue_report order by invoice_id"
    assert ask(report, query) == [("INV-1", Decimal(100)), ("INV-2", Decimal(15))]
    counted = account(report, "billed_revenue_report")
    assert (counted["loaded"], counted["duplicates"], counted["rejected"]) == (4, 3, 0)


def test_a_report_is_set_beside_what_the_feeds_add_up_to(tmp_path: Path) -> None:
    """INV-1 was paid in two halves; INV-7 stands in no feed. A word for nothing is nothing, and no line is rejected."""
    report = built(tmp_path, {**WORLD, **REPORTS})
    assert ask(
        report,
        "select invoice_id, reported_gross, gross, reported_fee, fee, reported_net, net, reported_disbursed, is_equal "
        "from marts.billed_revenue_report order by invoice_id",
    ) == [
        (
            "INV-1",
            *(Decimal(text) for text in ("2990.00", "2990.00", "-89.70", "-89.70", "2900.30", "2900.30", "2900.30")),
            True,
        ),
        ("INV-7", Decimal("10.00"), None, Decimal("-0.30"), None, Decimal("9.70"), None, None, None),
    ]
    assert (
        account(report, "billed_revenue_report")["rejected"] == account(report, "collections_report")["rejected"] == 0
    )


# What was agreed

OFFERED = "offer_id,offer_revision,name,expiration_date"
TARGETED = "offer_target_id,offer_id,offer_revision,target_type,value"
AGREED = (
    "agreement_id,acceptor_account_id,offer_id,offer_revision_at_acceptance,start_time,end_time,acceptance_time,intent,"
    "preceding_agreement_id,status,status_reason_code,estimated_agreement_value,currency_code"
)


def agreed(name: str, offer: str, revision: str = "", value: str = "2990.00", currency: str = "USD") -> str:
    """One agreement of May about an offer."""
    may = "2026-05-01T00:00:00Z"
    terms = f"{offer},{revision},{may},,{may},NEW,,Active,,{value},{currency}"
    return version(may, may, "", f"{name},acct-2,{terms}")


def test_an_offers_plan_is_that_of_its_newest_version(tmp_path: Path) -> None:
    """Forty names changed in April without a new revision: the order in which rows are met says nothing."""
    old, new, agreements = [], [], []
    for number in range(40):
        old.append(version(MARCH, MARCH, "", f"offer-{number},1,Before [starter-monthly],"))
        new.append(
            version("2026-04-01T00:00:00Z", "2026-04-01T00:00:00Z", "", f"offer-{number},1,After [starter-annual],")
        )
        agreements.append(agreed(f"agmt-n{number}", f"offer-{number}"))
    files = {**feed("OfferFeed", "05", OFFERED, *new, *old), **feed("AgreementFeed", "05", AGREED, *agreements)}
    report = built(tmp_path, {**WORLD, **files})
    query = "select plan_key, count(*) from marts.contract where starts_with(contract_id, 'agmt-n') group by all"
    assert ask(report, query) == [("starter-annual", 40)]


def test_a_value_in_another_currency_is_no_price_in_dollars_and_a_finding_says_so(tmp_path: Path) -> None:
    """2,990.005 euros have no price in dollars, and none is guessed; where no currency is named it is dollars."""
    rows = [
        agreed("agmt-e", "offer-public", value="2990.005", currency="EUR"),
        agreed("agmt-u", "offer-public", value="1200.00", currency=""),
    ]
    report = built(tmp_path, {**WORLD, **feed("AgreementFeed", "05", AGREED, *rows)})
    held = (
        "select agreement_value, currency, agreement_value_usd from marts.marketplace_agreement where agreement_id = "
    )
    assert ask(report, f"{held} 'agmt-e'") == [(Decimal("2990.005"), "EUR", None)]
    assert ask(report, f"{held} 'agmt-u'") == [(Decimal(1200), "USD", Decimal(1200))]
    desk = Desk.at(report.path)
    try:
        agreements, contracts = (desk.warehouse.rows(mart) for mart in ("marketplace_agreement", "contract"))
        [told] = agreement_findings(agreements, contracts, desk.recorded_on)
        assert told.evidence == ("agreement agmt-e: 2990.005000 EUR",)
        in_may = {customer.mrr for customer in desk.customers if customer.since == date(2026, 5, 1)}
    finally:
        desk.warehouse.close()
    assert in_may == {None, Decimal(100)}  # 1,200 ÷ 12


def test_an_offer_is_private_as_the_revision_says_that_was_accepted(tmp_path: Path) -> None:
    """offer-o was for one buyer, and from its second revision on for everybody; offer-c the other way round."""
    april = "2026-04-01T00:00:00Z"
    files = {
        **feed("OfferTargetFeed", "05", TARGETED,
            version(MARCH, MARCH, "", "to-1,offer-o,1,BuyerAccounts,12345678901"),
            version(april, april, "", "to-1,offer-o,2,None,"),
            version(MARCH, MARCH, "", "tc-1,offer-c,1,None,"),
            version(april, april, "", "tc-2,offer-c,3,BuyerAccounts,12345678901"),
        ),
        **feed("AgreementFeed", "05", AGREED,
            agreed("agmt-o", "offer-o"), agreed("agmt-o1", "offer-o", "1"), agreed("agmt-o2", "offer-o", "2"),
            agreed("agmt-c", "offer-c"), agreed("agmt-c2", "offer-c", "2"), agreed("agmt-c4", "offer-c", "4"),
        ),
    }  # fmt: skip
    report = built(tmp_path, {**WORLD, **files})
    query = "select contract_id, offer_id from marts.contract where contract_id similar to 'agmt-[oc].*' order by 1"
    assert ask(report, query) == [
        ("agmt-c", "offer-c"),
        ("agmt-c2", None),
        ("agmt-c4", "offer-c"),
        ("agmt-o", None),
        ("agmt-o1", "offer-o"),
        ("agmt-o2", None),
    ]
