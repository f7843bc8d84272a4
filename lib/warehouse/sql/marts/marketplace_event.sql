-- one row per (billing_event_id): a billing event of AWS's about a sale, beside what every mart asks about it
-- `sale_line_id` is the line of the buyer's invoice it is about; `is_paid` where it says that something of it was paid
-- out, `has_failed` where a payment that failed speaks of it, or what took that back
-- `forgiven` is what a FORGIVEN row takes off what it was invoiced as, whichever sign AWS writes it with: the sum of a
-- line is above zero, and a row that takes a part of that back is below
-- `is_ours` is the line's: a fee that names no listing is of its line's, else of its invoice's; where none is, ours
with
placed as (
    select
        event.*,
        case
            when event.part = 'adjustment' then ''
            when event.buyer_invoice_id is not null then coalesce(event.buyer_line_item_id, '')
            else coalesce(event.line_item_id, '')
        end as sale_line_id,
        case
            when event.part in ('gross', 'refund') then 'sale'
            when event.part in ('fee', 'fee_refund') then 'fee'
            else event.part
        end as forgiven_of,
        event.action = 'DISBURSED' and not coalesce(failed.is_left_out, false) as is_paid,
        event.action = 'DISBURSED' and failed.disbursement_id is not null as has_failed
    from staging.marketplace_billing_event as event
    left join marts.marketplace_failed_payment as failed
        on event.disbursement_billing_event_id = failed.disbursement_id
    where event.part not in ('disbursement', 'disbursement_failure')
),
summed as (
    select
        *,
        nullif(max(product_id) over (
            partition by sale_id, sale_line_id, recipient_account_id, currency
        ), '') as line_product_id,
        sum(case when action = 'FORGIVEN' then amount else 0 end) over (
            partition by sale_id, sale_line_id, recipient_account_id, currency, forgiven_of
        ) as forgiven_amount
    from placed
)
select
    summed.* exclude (amount, forgiven_of, forgiven_amount),
    cast(summed.amount as decimal(18, 6)) as amount,
    cast(case
        when summed.action <> 'FORGIVEN' then 0
        when summed.forgiven_amount < 0 then -summed.amount
        else summed.amount
    end as decimal(18, 6)) as forgiven,
    coalesce(product.is_ours, bool_or(product.is_ours) over (partition by summed.sale_id), true) as is_ours
from summed
left join marts.marketplace_product as product on summed.line_product_id = product.product_id
