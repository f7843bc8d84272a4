-- one row per (billing_event_id): a billing event of AWS's about a sale, beside what every mart asks about it
-- `sale_line_id` is the line of the buyer's invoice it is about; `is_paid` where it says that something of it was paid
-- out, `has_failed` where a payment that failed speaks of it, or what took that back
with
placed as (
    select
        event.*,
        case
            when event.part = 'adjustment' then ''
            when event.buyer_invoice_id is not null then coalesce(event.buyer_line_item_id, '')
            else coalesce(event.line_item_id, '')
        end as sale_line_id,
        event.action = 'DISBURSED' and not coalesce(failed.is_left_out, false) as is_paid,
        event.action = 'DISBURSED' and failed.disbursement_id is not null as has_failed
    from staging.marketplace_billing_event as event
    left join marts.marketplace_failed_payment as failed
        on event.disbursement_billing_event_id = failed.disbursement_id
    where event.part not in ('disbursement', 'disbursement_failure')
)
select placed.*
from placed
