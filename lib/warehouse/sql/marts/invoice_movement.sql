-- one row per (rail, movement_id, part): a dated change to what a rail owes us for an invoice, beside what it was for
-- part: tax and other add to what is owed; refund, credit_note, fee and payout take from it, and are positive then;
-- a charge says what a buyer of Stripe paid, which the invoice's lines have added already
-- holds_tax: what Stripe gives back is a part of the whole invoice, tax included; AWS returns taxes by themselves
-- AWS writes fractions of a cent: a movement is what the sum of its part of the invoice, in cents, grew by with it, and
-- a refund is its line to the cent. The payout after which nothing is owed takes what the parts, each rounded alone,
-- have left of the invoice, so that no cent of it stands for ever
-- no row: AWS's taxes for information, payments that failed, other listings' invoices, other currencies
with
-- materialized: DuckDB 2.0.0 fails where it pushes the filter on a part into the words that decide it
aws_event as materialized (
    select
        event.billing_event_id,
        event.sale_id,
        case when event.action = 'INVOICED' then event.invoiced_on else event.action_on end as moved_on,
        case
            when event.action <> 'FORGIVEN' then event.amount
            when event.part in ('fee', 'fee_refund') then event.forgiven
            else -event.forgiven
        end as owed,
        case
            when event.is_paid then 'payout'
            when event.action = 'FORGIVEN' and event.part in ('gross', 'refund') then 'refund'
            when event.action = 'FORGIVEN' and event.part in ('fee', 'fee_refund') then 'fee'
            when event.action <> 'INVOICED' or event.is_informational then null
            when event.part in ('gross', 'refund') then event.part
            when event.part in ('fee', 'fee_refund') then 'fee'
            when event.part in ('seller_tax', 'other_seller_tax', 'aws_tax') then 'tax'
            else 'other'
        end as part,
        line.amount_usd as line_usd
    from marts.marketplace_event as event
    left join marts.invoice_line as line on line.rail = 'aws' and event.billing_event_id = line.line_id
    where event.currency = 'USD' and event.is_ours
),
aws_summed as (
    select
        *,
        sum(owed) over (
            partition by sale_id, part, line_usd is null
            order by moved_on, billing_event_id
            rows between unbounded preceding and current row
        ) as sum_with_it
    from aws_event
    where part is not null
),
aws_rounded as (
    select
        *,
        part = 'payout' as is_payout,
        coalesce(
            line_usd,
            cast(sum_with_it as decimal(18, 2)) - cast(sum_with_it - owed as decimal(18, 2))
        ) as owed_usd
    from aws_summed
),
-- what stood after each row, exactly and in cents; of a day, what is paid out comes last
aws_standing as (
    select
        *,
        sum(owed) over so_far as stands,
        sum(case when is_payout then 0 else owed_usd end) over so_far as asked_usd,
        sum(case when is_payout then -owed else 0 end) over so_far as paid
    from aws_rounded
    window so_far as (
        partition by sale_id
        order by moved_on, is_payout, billing_event_id
        rows between unbounded preceding and current row
    )
),
aws_paid as (
    select
        *,
        case when stands = 0 then asked_usd else cast(paid as decimal(18, 2)) end as paid_usd
    from aws_standing
    where is_payout
),
aws_movement as (
    select
        billing_event_id, part, sale_id, moved_on,
        case when part in ('tax', 'other') then owed_usd else -owed_usd end as amount_usd
    from aws_rounded
    where part not in ('gross', 'payout')
    union all
    select
        billing_event_id, part, sale_id, moved_on,
        paid_usd - coalesce(lag(paid_usd) over (partition by sale_id order by moved_on, billing_event_id), 0)
    from aws_paid
),
-- Stripe's balance is paid out whole: a movement leaves with the first payout after it became available
stripe_paid as (
    select
        movement.balance_transaction_id,
        movement.invoice_id,
        movement.net_usd,
        min(payout.paid_out_on) as paid_out_on
    from marts.stripe_movement as movement
    inner join marts.stripe_payout as payout on movement.available_on <= payout.paid_out_on
    group by all
),
-- materialized: DuckDB 2.0.0 fails where it pushes the last filter into the parts above
movement as materialized (
    select
        'aws' as rail, billing_event_id as movement_id, part, sale_id as invoice_id, moved_on, amount_usd
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
    from stripe_paid
    union all
    select 'stripe', credit_note_id, 'credit_note', invoice_id, credited_on, total_usd
    from marts.stripe_credit_note
    union all
    select 'stripe', invoice_id, 'tax', invoice_id, invoiced_on, tax_usd
    from marts.stripe_invoice_tax
    union all
    select 'stripe', invoice_id, 'other', invoice_id, invoiced_on, other_usd
    from marts.stripe_invoice_tax
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
