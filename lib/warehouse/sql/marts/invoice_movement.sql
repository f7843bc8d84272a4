-- one row per (rail, movement_id, part): a dated change to what a rail owes us for an invoice, beside what it was for
-- part: tax and other add to what is owed; refund, credit_note, fee and payout take from it, and are positive then;
-- a charge says what a buyer of Stripe paid, which the invoice's lines have added already
-- holds_tax: what Stripe gives back is a part of the whole invoice, tax included; AWS returns taxes by themselves
-- AWS writes fractions of a cent: a movement is what the sum of its part of the invoice, in cents, grew by with it
-- no row: AWS's taxes for information, payments that failed, other listings' invoices, other currencies
with
-- materialized: DuckDB 2.0.0 fails where it pushes the filter on a part into the words that decide it
aws_event as materialized (
    select
        event.billing_event_id,
        event.sale_id,
        event.action_on,
        case
            when event.action <> 'FORGIVEN' then event.amount
            when event.part in ('fee', 'fee_refund') then event.forgiven
            else -event.forgiven
        end as amount,
        case
            when event.is_paid then 'payout'
            when event.action = 'FORGIVEN' and event.part in ('gross', 'refund') then 'refund'
            when event.action = 'FORGIVEN' and event.part in ('fee', 'fee_refund') then 'fee'
            when event.action <> 'INVOICED' then null
            when event.part = 'refund' then 'refund'
            when event.part in ('fee', 'fee_refund') then 'fee'
            when event.part in ('seller_tax', 'other_seller_tax') then 'tax'
            when event.part = 'aws_tax' and event.is_balance_impacting then 'tax'
            when event.part in ('wholesale', 'infrastructure', 'adjustment') then 'other'
            when event.part = 'other' and event.is_balance_impacting then 'other'
        end as part
    from marts.marketplace_event as event
    where event.currency = 'USD' and event.is_ours
),
aws_summed as (
    select
        *,
        case when part in ('tax', 'other') then amount else -amount end as owed,
        sum(case when part in ('tax', 'other') then amount else -amount end) over (
            partition by sale_id, part
            order by action_on, billing_event_id
            rows between unbounded preceding and current row
        ) as sum_with_it
    from aws_event
    where part is not null
),
aws_movement as (
    select
        'aws' as rail,
        billing_event_id as movement_id,
        part,
        sale_id as invoice_id,
        action_on as moved_on,
        cast(sum_with_it as decimal(18, 2)) - cast(sum_with_it - owed as decimal(18, 2)) as amount_usd
    from aws_summed
),
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
-- Stripe's balance is paid out whole: a movement leaves with the first payout after it became available
stripe_payout as (
    select
        movement.balance_transaction_id,
        movement.invoice_id,
        movement.net_usd,
        min(payout.paid_out_on) as paid_out_on
    from marts.stripe_movement as movement
    inner join payout on movement.available_on <= payout.paid_out_on
    group by all
),
-- what an invoice asks for above its lines is tax: lines come after their discounts and without it
stripe_tax as (
    select
        invoice.invoice_id,
        invoice.invoiced_on,
        invoice.total_usd - sum(line.amount_usd) as tax_usd
    from staging.stripe_invoice as invoice
    inner join staging.stripe_invoice_line_item as line on invoice.invoice_id = line.invoice_id
    where invoice.status is null or invoice.status not in ('draft', 'void')
    group by invoice.invoice_id, invoice.invoiced_on, invoice.total_usd
),
-- materialized: DuckDB 2.0.0 fails where it pushes the last filter into the parts above
movement as materialized (
    select rail, movement_id, part, invoice_id, moved_on, amount_usd
    from aws_movement
    union all
    select
        'stripe', balance_transaction_id, case when is_charge then 'charge' else 'refund' end, invoice_id, created_on,
        case when is_charge then amount_usd else -amount_usd end
    from marts.stripe_movement
    where kind = 'sale'
    union all
    select
        'stripe', balance_transaction_id, 'fee', invoice_id, created_on,
        fee_usd - case when kind = 'fee' then amount_usd else 0 end
    from marts.stripe_movement
    union all
    select 'stripe', balance_transaction_id, 'payout', invoice_id, paid_out_on, net_usd
    from stripe_payout
    union all
    select 'stripe', credit_note_id, 'credit_note', invoice_id, credited_on, total_usd
    from marts.stripe_credit_note
    union all
    select 'stripe', invoice_id, 'tax', invoice_id, invoiced_on, tax_usd
    from stripe_tax
)
select
    rail,
    movement_id,
    part,
    invoice_id,
    moved_on,
    cast(amount_usd as decimal(18, 2)) as amount_usd,
    rail = 'stripe' and part in ('refund', 'credit_note') as holds_tax
from movement
where amount_usd <> 0
