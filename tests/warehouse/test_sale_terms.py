"""What decides the fee of an agreement's sales, read from feeds: offer, value, predecessor and reseller."""

from decimal import Decimal
from pathlib import Path

from lib.desk import Desk
from lib.desk.selling import sale_terms
from lib.rails import Terms
from tests.warehouse.hand_world import MARCH, WORLD, feed, version
from tests.warehouse.worlds import built

AGREEMENT = (
    "agreement_id,acceptor_account_id,offer_id,start_time,end_time,acceptance_time,intent,preceding_agreement_id,"
    "status,status_reason_code,estimated_agreement_value,currency_code"
)
BILLED = (
    "billing_event_id,action,action_date,transaction_type,from_account_id,product_id,offer_id,agreement_id,amount,"
    "currency,invoice_id,invoice_date,buyer_invoice_id,buyer_line_item_id,usage_period_start_date,"
    "usage_period_end_date,transaction_reference_id,charge_variant,charge_side"
)


def agreement(key: str, offer: str, intent: str, before: str, value: str) -> str:
    return version(MARCH, MARCH, "", f"{key},acct-3,{offer},{MARCH},,{MARCH},{intent},{before},Active,,{value},USD")


def sold(key: str, invoice: str, variant: str, side: str) -> str:
    line = f"be-{invoice},INVOICED,{MARCH},SELLER_REV_SHARE,acct-3,prod-1,offer-x,{key},100000.00,USD,{invoice},{MARCH}"
    return version(MARCH, MARCH, "", f"{line},{invoice},li-1,{MARCH},,,{variant},{side}")


def test_an_agreements_feeds_say_how_its_sales_are_charged(tmp_path: Path) -> None:
    """Two private offers, the second renews the first; a public renewal is public; RESALE, SELLING is a partner's.

    The same variant on the BUYING side is what a reseller pays: of our own sales it says nothing.
    """
    targets = [
        version(MARCH, MARCH, "", f"target-{offer},{offer},1,BuyerAccounts,300000000003") for offer in ("p-1", "p-2")
    ]
    files = {
        **WORLD,
        **feed("AgreementFeed", "02", AGREEMENT,
            agreement("agmt-new", "p-1", "NEW", "", "1200000.00"),
            agreement("agmt-renewed", "p-2", "RENEW", "agmt-new", "1200000.00"),
            agreement("agmt-public", "offer-public", "RENEW", "agmt-2", "2990.00"),
            agreement("agmt-amended", "p-2", "AMEND", "agmt-new", "1500000.00"),
        ),
        **feed("OfferTargetFeed", "02", "offer_target_id,offer_id,offer_revision,target_type,value", *targets),
        **feed("BillingEventFeed", "02", BILLED,
            sold("agmt-new", "INV-91", "RESALE", "SELLING"),
            sold("agmt-renewed", "INV-92", "RESALE", "BUYING"),
            sold("agmt-public", "INV-93", "", ""),
        ),
    }  # fmt: skip
    built(tmp_path, files)
    desk = Desk.open(tmp_path / "warehouse")
    found = sale_terms(desk)
    desk.warehouse.close()
    assert found["agmt-new"] == Terms("private", Decimal("1200000.00"), renewal=False, channel_partner=True)
    assert found["agmt-renewed"] == Terms("private", Decimal("1200000.00"), renewal=True)
    assert found["agmt-public"] == Terms("public", Decimal("2990.00"))
    assert found["agmt-amended"] == Terms("private", Decimal("1500000.00"))
