"""A month of AWS's feeds through the desk, written by hand: how each sale was made decides the fee we expect of it.

Everything is sold on 1 May by private offer, paid out on 20 May where it says so, and looked at on 31 May.
"""

from decimal import Decimal
from pathlib import Path

import pytest

from lib import reports
from lib.desk import Desk, Payouts
from lib.payouts import PayoutLine
from tests.test_payouts_desk import sample_plans
from tests.warehouse.hand_world import WORLD, csv, feed, version
from tests.warehouse.test_sale_terms import AGREEMENT, BILLED
from tests.warehouse.worlds import built

MAY, PAID = "2026-05-01T00:00:00Z", "2026-05-20T00:00:00Z"

# agreement: intent, the agreement before it, price, which is the whole contract's
SOLD = {
    "agmt-first": ("NEW", "", "90000.00"),
    "agmt-renewed": ("RENEW", "agmt-first", "100000.00"),
    "agmt-overcharged": ("RENEW", "agmt-first", "48000.00"),
    "agmt-partner": ("NEW", "", "84000.00"),
    "agmt-large": ("NEW", "", "1200000.00"),
    "agmt-back": ("NEW", "", "1000.00"),
    "agmt-small-1": ("NEW", "", "100.17"),
    "agmt-small-2": ("NEW", "", "100.17"),
    "agmt-small-3": ("NEW", "", "100.17"),
}


def moved(key: str, action: str, kind: str, amount: str, invoice: str, variant: str = "") -> str:
    """One billing event of an agreement's line of a buyer's invoice."""
    on, of = (PAID if action == "DISBURSED" else MAY), "LF" if kind.startswith("AWS") else "INV"
    sold = f"be-{key}-{action}-{kind},{action},{on},{kind},acct-3,prod-1,offer-{key},{key},{amount},USD"
    line = f"{of}-{invoice},{MAY},INV-{invoice},{key},{MAY},2027-04-30T23:59:59Z,{key}/enterprise-custom/2026-05-01"
    return version(MAY, on, "", f"{sold},{line},{variant},{'SELLING' if variant else ''}")


def paid(key: str, invoice: str, gross: str, fee: str, variant: str = "") -> list[str]:
    """A sale with its fee, and the payout of both."""
    return [
        moved(key, "INVOICED", "SELLER_REV_SHARE", gross, invoice, variant),
        moved(key, "INVOICED", "AWS_REV_SHARE", f"-{fee}", invoice, variant),
        moved(key, "DISBURSED", "SELLER_REV_SHARE", f"-{gross}", invoice, variant),
        moved(key, "DISBURSED", "AWS_REV_SHARE", fee, invoice, variant),
    ]


ROWS = [
    *paid("agmt-first", "9", "90000.00", "2700.00"),  # 3 %
    *paid("agmt-renewed", "2", "100000.00", "1500.00"),  # a renewal: 1.5 %
    *paid("agmt-overcharged", "3", "48000.00", "1440.00"),  # a renewal that was charged 3 %, 720.00 too much
    *paid("agmt-partner", "4", "84000.00", "2940.00", "RESALE"),  # 3 % and half a point
    *paid("agmt-large", "5", "1200000.00", "24000.00"),  # 2 %
    moved("agmt-back", "INVOICED", "SELLER_REV_SHARE", "1000.00", "6"),
    moved("agmt-back", "INVOICED", "AWS_REV_SHARE", "-30.00", "6"),
    moved("agmt-back", "INVOICED", "SELLER_REV_SHARE_REFUND", "-400.00", "6"),  # 400.00 went back, with 12.00 of fee
    moved("agmt-back", "INVOICED", "AWS_REV_SHARE_REFUND", "12.00", "6"),
    # 3 % of 100.17 is 3.0051: three lines of it are 9.0153, which is 9.02; rounded each they would be 9.03
    *[row for place in (1, 2, 3) for row in paid(f"agmt-small-{place}", "7", "100.17", "3.0051")],
    moved("agmt-first", "INVOICED", "BALANCE_ADJUSTMENT", "-500.00", "8"),
    moved("agmt-large", "INVOICED", "AWS_INFRA_SHARE", "-40.00", "5"),
]
FEEDS = {
    **feed("OfferFeed", "05", "offer_id,offer_revision,name,expiration_date",
        *(version(MAY, MAY, "", f"offer-{key},1,For Three [enterprise-custom],") for key in SOLD),
    ),
    **feed("OfferTargetFeed", "05", "offer_target_id,offer_id,offer_revision,target_type,value",
        *(version(MAY, MAY, "", f"target-{key},offer-{key},1,BuyerAccounts,300000000003") for key in SOLD),
    ),
    **feed("AgreementFeed", "05", AGREEMENT,
        *(
            version(
                MAY, MAY, "", f"{key},acct-3,offer-{key},{MAY},,{MAY},{intent},{before},Active,,{price},USD"
            )
            for key, (intent, before, price) in SOLD.items()
        ),
    ),
    **feed("BillingEventFeed", "05", BILLED, *ROWS),
    "company/private_offers.csv": csv(
        "offer_id,customer_id,plan_key,price_usd,accepted_on,starts_on,ends_on,monthly_minimum_usd,multi_year_discount,years",
        *(
            f"offer-{key},c-0003,enterprise-custom,{price},2026-05-01,2026-05-01,,,,"
            for key, (_, _, price) in SOLD.items()
        ),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def told(desk_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Payouts, str]:
    """The month reconciled, and as the command line prints it."""
    folder = tmp_path_factory.mktemp("feed")
    built(folder, {**WORLD, **sample_plans(desk_folder), **FEEDS})
    desk = Desk.open(folder / "warehouse")
    found = desk.payouts(desk.parity())
    table = reports.reconciled_table(reports.reconciled(desk.manifest(), found, ()))
    desk.warehouse.close()
    return found, table


@pytest.fixture(scope="module")
def lines(told: tuple[Payouts, str]) -> dict[str, PayoutLine]:
    return {line.reference: line for line in told[0].lines}


@pytest.mark.parametrize(
    ("invoice", "fee", "words"),
    [
        ("INV-9", "2700.00", "to the cent; paid out on 2026-05-20"),
        ("INV-2", "1500.00", "to the cent; paid out on 2026-05-20"),
        ("INV-4", "2940.00", "to the cent; paid out on 2026-05-20"),
        ("INV-5", "24000.00", "to the cent; paid out on 2026-05-20"),
        ("INV-7", "9.02", "to the cent, the fee's lines added up and rounded once; paid out on 2026-05-20"),
    ],
)
def test_a_sale_whose_fee_follows_its_terms_matches(
    lines: dict[str, PayoutLine], invoice: str, fee: str, words: str
) -> None:
    line = lines[invoice]
    assert (line.verdict, line.reason) == ("matched", words)
    assert line.expected_fee == line.stated_fee == Decimal(fee)


def test_a_renewal_charged_like_a_first_offer_differs_by_half_its_fee(lines: dict[str, PayoutLine]) -> None:
    line = lines["INV-3"]
    assert (line.verdict, line.expected_fee, line.fee_difference) == ("fee differs", Decimal(720), Decimal(720))
    assert "what was kept is the fee of a public offer" in line.reason


def test_a_refund_is_an_amount_that_our_books_do_not_have(lines: dict[str, PayoutLine]) -> None:
    """1,000.00 less 400.00 and 30.00 less 12.00 settled; 582.00 of it are still to be paid out."""
    line = lines["INV-6"]
    assert (line.verdict, line.gross_difference, line.fee_difference) == ("amount differs", Decimal(-400), Decimal(-12))
    assert line.undisbursed == Decimal("582.00")


def test_what_aws_books_beside_sales_is_told_and_in_no_line(told: tuple[Payouts, str]) -> None:
    found, table = told
    assert {one.kind: (one.amount, one.lines) for one in found.aside} == {
        "balance adjustments": (Decimal("-500.00"), 1),
        "shares of infrastructure": (Decimal("-40.00"), 1),
    }
    assert "aws: -$500.00 of balance adjustments is in no line above" in table
    assert "aws: -$40.00 of shares of infrastructure is in no line above" in table
