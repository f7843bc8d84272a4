-- one row per (rail, invoice_id): what a rail took in for an invoice, what it kept and when it paid the rest out
-- `due_on` is when the rest may be paid out: the day the buyer has to pay AWS by, or that Stripe makes it available
with
-- a payout that failed or was canceled came back under its own id, and paid nothing out
payout as (
    select created_on as paid_out_on
    from staging.stripe_balance_transaction as sent
    where
        kind = 'payout'
        and amount_usd < 0
        and not exists (
            select 1 from staging.stripe_balance_transaction as returned
            where returned.kind = 'payout' and returned.amount_usd > 0 and returned.source_id = sent.source_id
        )
),
-- refunds and disputes take from what came in; they do not put off the payout of the charge
stripe_invoice as (
    select
        invoice_id,
        coalesce(min(case when is_charge then created_on end), min(created_on)) as settled_on,
        coalesce(max(case when is_charge then available_on end), max(available_on)) as available_on,
        sum(case when kind = 'fee' then 0 else amount_usd end) as gross_usd,
        sum(fee_usd) - sum(case when kind = 'fee' then amount_usd else 0 end) as fee_usd,
        max(payment_method) as payment_method
    from marts.stripe_movement
    group by invoice_id
),
stripe_settlement as (
    select
        stripe_invoice.invoice_id,
        stripe_invoice.settled_on,
        stripe_invoice.gross_usd,
        stripe_invoice.fee_usd,
        stripe_invoice.payment_method,
        stripe_invoice.available_on,
        min(payout.paid_out_on) as disbursed_on
    from stripe_invoice
    left join payout on stripe_invoice.available_on <= payout.paid_out_on
    group by all
),
-- of an invoice in dollars for our own listing; what a refund, a forgiven charge or a failed payment changes is in it
aws_settlement as (
    select
        invoice_id,
        min(invoiced_on) as settled_on,
        sum(gross + refund - forgiven) as gross_usd,
        -sum(fee + fee_refund + forgiven_fee) as fee_usd,
        'marketplace' as payment_method,
        max(due_on) as due_on,
        case when not bool_or(is_open) then max(disbursed_on) end as disbursed_on
    from marts.marketplace_line
    where
        is_ours
        and currency = 'USD'
        and invoiced_on is not null
        and (gross <> 0 or refund <> 0 or fee <> 0 or fee_refund <> 0)
    group by invoice_id
),
settlement as (
    select
        'stripe' as rail,
        invoice_id,
        settled_on,
        gross_usd,
        fee_usd,
        payment_method,
        available_on as due_on,
        disbursed_on
    from stripe_settlement
    union all
    select 'aws' as rail, invoice_id, settled_on, gross_usd, fee_usd, payment_method, due_on, disbursed_on
    from aws_settlement
),
invoice_customer as (
    select
        rail,
        invoice_id,
        max(customer_id) as customer_id
    from marts.invoice_line
    group by rail, invoice_id
)
select
    settlement.rail,
    settlement.invoice_id,
    invoice_customer.customer_id,
    settlement.settled_on,
    cast(date_trunc('month', settlement.settled_on) as date) as settled_month,
    cast(settlement.gross_usd as decimal(18, 2)) as gross_usd,
    cast(settlement.fee_usd as decimal(18, 2)) as fee_usd,
    cast(settlement.gross_usd - settlement.fee_usd as decimal(18, 2)) as net_usd,
    settlement.payment_method,
    settlement.due_on,
    settlement.disbursed_on
from settlement
left join invoice_customer
    on settlement.rail = invoice_customer.rail
    and settlement.invoice_id = invoice_customer.invoice_id
