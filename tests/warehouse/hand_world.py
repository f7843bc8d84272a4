"""One small world with a story for every mart; what each mart must say about it is worked out in test_marts.py.

c-0001 pays by Stripe: Starter monthly from 10 March 2026, upgraded to Accelerate monthly on 15 April.
c-0002 buys on AWS: Starter annual from 1 March 2026. Its account begins with a zero, which the CRM has lost.
c-0003 holds a private offer on AWS: Enterprise from 20 April 2026.
c-0004 still sits on plan 5 at Stripe, which the plans table no longer has.
"""

from tests.warehouse.worlds import World, events

HISTORY = "valid_from,insert_date,update_date,delete_date"
MARCH, APRIL, MAY = "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z", "2026-05-01T00:00:00Z"


def csv(header: str, *rows: str) -> str:
    """A header and its rows as a file."""
    return "\n".join([header, *rows, ""])


def feed(name: str, month: str, header: str, *rows: str) -> dict[str, str]:
    """One file of an AWS feed."""
    return {f"marketplace/{name}_V1/year=2026/month={month}/data.csv": csv(f"{HISTORY},{header}", *rows)}


def version(valid_from: str, updated: str, deleted: str, rest: str) -> str:
    """One row of an AWS feed with its four history columns."""
    return f"{valid_from},{valid_from},{updated},{deleted},{rest}"


PLANS = {
    "plans_db/plans.csv": csv(
        "id,name,slug,price,frequency,hidden,included_credits,created_on",
        "1,Starter,starter,299.00,monthly,0,500,2024-11-01",
        "2,Accelerate,accelerate,1499.00,monthly,0,2500,2024-11-01",
        "4,Enterprise,enterprise,,custom,1,,2024-11-01",
        "6,Starter,starter,2990.00,yearly,0,500,2024-11-01",
    ),
    "plans_db/gateway_products.csv": csv(
        "id,plan_id,gateway,product_id,price_id",
        "1,1,stripe,prod_s,price_s",
        "2,2,stripe,prod_a,price_a",
        "4,6,stripe,prod_s,",
    ),
    "plans_db/marketplace_pricing_dimensions.csv": csv(
        "id,aws_dimension_name,dimension_key,unit,base_price,included_quantity,tier_level,tier_floor_label,"
        "applicable_plan_ids,pricing_tiers,is_metered",
        '1,Words,words,"per 1,000 words",0.001000,50000,any,any,"[1,2,4,6]","[{""above"":0,""price"":""0.001""}]",1',
        '7,TeamSeats,team_seats,per seat/month,29.000000,0,any,any,"[1,2,4,6]",,0',
    ),
}

METERING = {
    "metering/events-2026-03.csv.gz": events(
        "e-01,c-0001,words,2026-03-10T00:00:00Z,2026-03-10T01:00:00Z,1000",
        "e-02,c-0001,words,2026-03-31T23:59:59Z,2026-04-03T23:59:59Z,200.25",  # the last second that is in time
        "e-03,c-0001,words,2026-03-31T23:59:59Z,2026-04-04T00:00:00Z,30.000001",  # the first that is late
        "e-04,c-0001,words,2026-03-09T23:59:59Z,2026-03-10T01:00:00Z,7",  # the day before the contract
        "e-05,c-0001,team_seats,2026-03-10T00:00:00Z,2026-03-10T01:00:00Z,4",
        "e-06,c-0001,team_seats,2026-03-20T00:00:00Z,2026-03-20T01:00:00Z,3",
        "e-07,c-0001,team_seats,2026-03-30T00:00:00Z,2026-04-09T00:00:00Z,6",  # late, and higher than what was in time
    ),
    "metering/events-2026-04.csv.gz": events(
        "e-08,c-0001,words,2026-04-14T23:59:59Z,2026-04-15T01:00:00Z,500",  # still Starter
        "e-09,c-0001,words,2026-04-15T00:00:00Z,2026-04-15T01:00:00Z,900",  # already Accelerate
        "e-10,c-0002,words,2026-04-02T10:00:00Z,2026-04-02T11:00:00Z,60000",
        "e-11,c-0009,words,2026-04-02T10:00:00Z,2026-04-02T11:00:00Z,5",  # nobody we know
        "e-12,c-0002,holograms,2026-04-02T10:00:00Z,2026-04-02T11:00:00Z,2",  # nothing we sell
    ),
}

STRIPE = {
    "stripe/customers.csv": csv(
        "id,Email,Name,Created (UTC),Currency,country,customer_id (metadata)",
        "cus_1,a@one.example,One,2026-03-10 00:00,usd,US,c-0001",
        "cus_4,a@four.example,Four,2026-04-12 00:00,usd,US,c-0004",
    ),
    "stripe/prices.csv": csv(
        "Price ID,Product ID,Product Name,Amount,Currency,Interval,Usage Type,lookup_key",
        "price_s,prod_s,Vellocity Starter,299.00,usd,month,licensed,starter-monthly",
        "price_a,prod_a,Vellocity Accelerate,1499.00,usd,month,licensed,accelerate-monthly",
        "price_w,prod_u,Vellocity usage,0.001,usd,month,metered,words",
    ),
    "stripe/subscriptions.csv": csv(
        "id,Customer ID,Plan,Quantity,Currency,Interval,Amount,Status,Created (UTC),Start (UTC),"
        "Canceled At (UTC),Ended At (UTC),Cancellation Reason,plan_id (metadata),customer_id (metadata)",
        "sub_1,cus_1,price_s,1,usd,month,299.00,canceled,2026-03-10 00:00,2026-03-10 00:00,2026-04-15 00:00,"
        "2026-04-15 00:00,upgrade,1,c-0001",
        "sub_2,cus_1,price_a,1,usd,month,1499.00,active,2026-04-15 00:00,2026-04-15 00:00,,,,2,c-0001",
        "sub_4,cus_4,price_old,1,usd,month,99.00,active,2026-04-12 00:00,2026-04-12 00:00,,,,5,c-0004",
    ),
    "stripe/invoices.csv": csv(
        "id,Customer,Number,Subscription,Status,Currency,Total,Date (UTC),Paid At (UTC)",
        "in_1,cus_1,1,sub_1,paid,usd,299.00,2026-03-10 00:00,2026-03-10 00:00",
        "in_2,cus_1,2,sub_1,paid,usd,299.00,2026-04-10 00:00,2026-04-10 00:00",
        "in_3,cus_1,3,sub_2,paid,usd,1249.83,2026-04-15 00:00,2026-04-15 00:00",
        "in_4,cus_1,4,sub_1,open,usd,1.15,2026-04-04 00:00,",
        "in_5,cus_4,5,sub_4,void,usd,99.00,2026-04-12 00:00,",
        "in_6,cus_4,6,sub_4,paid,usd,99.00,2026-05-12 00:00,2026-05-30 00:00",
    ),
    "stripe/invoice_line_items.csv": csv(
        "id,invoice_id,subscription,amount,currency,description,price_id,proration,quantity_decimal,period_start,period_end",
        "il_1,in_1,sub_1,29900,usd,Starter,price_s,false,1,2026-03-10,2026-04-10",
        "il_2,in_2,sub_1,29900,usd,Starter,price_s,false,1,2026-04-10,2026-05-10",
        "il_3,in_3,sub_2,149900,usd,Accelerate,price_a,false,1,2026-04-15,2026-05-15",
        "il_4,in_3,sub_1,-24917,usd,Unused time on Starter,price_s,true,1,2026-04-15,2026-05-10",
        "il_5,in_4,sub_1,115,usd,words,price_w,false,1200.25,2026-03-01,2026-04-01",
        "il_6,in_5,sub_4,9900,usd,Old plan,price_old,false,1,2026-04-12,2026-05-12",
        "il_7,in_6,sub_4,9900,usd,Old plan,price_old,false,1,2026-05-12,2026-06-12",
    ),
    "stripe/balance_transactions.csv": csv(
        "id,type,source,amount,fee,net,currency,created,available_on,reporting_category,payment_method_type",
        "txn_1,charge,in_1,29900,897,29003,usd,2026-03-10T00:00:00Z,2026-03-12T00:00:00Z,charge,card",
        "txn_2,stripe_fee,in_1,-209,0,-209,usd,2026-03-10T00:00:00Z,2026-03-12T00:00:00Z,fee,card",
        "txn_3,payout,po_1,-28794,0,-28794,usd,2026-03-14T00:00:00Z,2026-03-14T00:00:00Z,payout,",
        "txn_4,charge,in_6,9900,317,9583,usd,2026-05-30T00:00:00Z,2026-06-01T00:00:00Z,charge,ach",
    ),
}

BILLING = (
    "billing_event_id,action,action_date,transaction_type,from_account_id,product_id,offer_id,agreement_id,amount,currency,"
    "invoice_id,invoice_date,buyer_invoice_id,buyer_line_item_id,usage_period_start_date,usage_period_end_date,"
    "transaction_reference_id"
)


def billed(event: str, action: str, on: str, kind: str, amount: str, invoice: str, reference: str) -> str:
    """One billing event of agreement agmt-2's buyer invoice INV-1; its period is the year from 1 March.

    What is invoiced stands on an invoice of its day; what is paid names that of March.
    """
    dated = on if action == "INVOICED" else MARCH
    line = f"acct-2,prod-1,offer-public,{reference.split('/')[0]},{amount},USD,{invoice},{dated},INV-1"
    period = "li-1,2026-03-01T00:00:00Z,2027-02-28T23:59:59Z"
    return version(MARCH, on, "", f"{event},{action},{on},{kind},{line},{period},{reference}")


YEAR = "agmt-2/starter-annual/2026-03-01"
MARKETPLACE = {
    **feed("AccountFeed", "03", "account_id,aws_account_id",
        version(MARCH, MARCH, "", "acct-2,012345678901"),
        version(MARCH, MARCH, "", "acct-3,300000000003"),
    ),
    **feed("ProductFeed", "03", "product_id,product_code,title", version(MARCH, MARCH, "", "prod-1,vell,Vellocity")),
    **feed("OfferFeed", "03", "offer_id,offer_revision,name,expiration_date",
        version(MARCH, MARCH, "", "offer-public,1,Vellocity GTM — Starter (annual) [starter-annual],"),
        version(MARCH, MARCH, "", "offer-draft,1,Sent in error [enterprise-custom],"),
    ),
    **feed("OfferFeed", "04", "offer_id,offer_revision,name,expiration_date",
        version(MARCH, APRIL, APRIL, "offer-draft,1,Sent in error [enterprise-custom],"),
        version(APRIL, APRIL, "", "offer-private,1,For Three [enterprise-custom],"),
    ),
    **feed("OfferTargetFeed", "04", "offer_target_id,offer_id,offer_revision,target_type,value",
        version(APRIL, APRIL, "", "target-1,offer-private,1,BuyerAccounts,300000000003"),
    ),
    **feed("AgreementFeed", "03",
        "agreement_id,acceptor_account_id,offer_id,start_time,end_time,acceptance_time,intent,preceding_agreement_id,"
        "status,status_reason_code,estimated_agreement_value,currency_code",
        version(MARCH, MARCH, "", f"agmt-2,acct-2,offer-public,{MARCH},,{MARCH},NEW,,Active,,2890.00,USD"),
    ),
    **feed("AgreementFeed", "04",  # the value written again, corrected; and a new agreement
        "agreement_id,acceptor_account_id,offer_id,start_time,end_time,acceptance_time,intent,preceding_agreement_id,"
        "status,status_reason_code,estimated_agreement_value,currency_code",
        version(MARCH, APRIL, "", f"agmt-2,acct-2,offer-public,{MARCH},,{MARCH},NEW,,Active,,2990.00,USD"),
        version("2026-04-20T00:00:00Z", "2026-04-20T00:00:00Z", "",
            "agmt-3,acct-3,offer-private,2026-04-20T00:00:00Z,,2026-04-18T00:00:00Z,NEW,,Active,,84000.00,USD"),
    ),
    **feed("BillingEventFeed", "03", BILLING,
        billed("be-1", "INVOICED", MARCH, "SELLER_REV_SHARE", "2990.00", "INV-1", YEAR),
        billed("be-2", "INVOICED", MARCH, "AWS_REV_SHARE", "-89.70", "LF-1", YEAR),
    ),
    **feed("BillingEventFeed", "04", f"{BILLING},disbursement_reference_number",
        billed("be-1", "INVOICED", MARCH, "SELLER_REV_SHARE", "2990.00", "INV-1", YEAR) + ",",  # delivered again
        billed("be-1d", "DISBURSED", APRIL, "SELLER_REV_SHARE", "-2990.00", "INV-1", YEAR) + ",ref-1",
        billed("be-2d", "DISBURSED", APRIL, "AWS_REV_SHARE", "89.70", "LF-1", YEAR) + ",ref-1",
    ),
}  # fmt: skip

CRM = {
    "crm/companies.csv": csv(
        "Company ID,Company name,Country,Region,Product,AWS account,AWS account ID,AWS partner,AWS Marketplace seller,"
        "Wants consolidated billing,Marketplace integrator,Stripe customer ID,Create Date",
        'c-0001,"One, Inc.",US,AMER,vellocity,no,,no,no,no,,cus_1,2026-03-01',
        "c-0002,Two,DE,EMEA,vellocity,Yes,12345678901,yes,,yes,Tackle,,2026-02-20",
        "c-0003,Three,JP,APAC,vellocity,yes,300000000003,yes,yes,yes,,,2026-04-01",
        "c-0004,Four,US,AMER,vellocity,perhaps,,no,no,no,,cus_4,2026-04-01",
    ),
    "crm/deals.csv": csv(
        "Record ID,Deal Name,Pipeline,Deal Stage,Amount,Close Date,Create Date,Deal owner,Associated Company,Product,"
        "ICP segment,AWS account,AWS partner,AWS Marketplace seller,Wants consolidated billing,Marketplace integrator,"
        "Is closed won",
        "9000000001,One,P,Launched,3600,2026-03-10,2026-01-10,Ada,One,vellocity,,yes,no,no,no,,true",
        "9000000002,Five,P,Closed Lost,,2026-03-11,2026-01-10,Ada,Five,control_plane,regulated,no,no,no,no,,false",
        "9000000003,Six,P,Qualified,18000,,2026-05-10,Bob,Six,vellocity,,unknown,,,,,false",
    ),
}

WORLD: World = {**PLANS, **METERING, **STRIPE, **MARKETPLACE, **CRM}
