-- one row per (source_file, source_line): a row of AWS's billing event feed, and what became of it
-- superseded: written again later; deleted: that last writing took it back; other currency, informational: it is kept
-- and in no sum of dollars; payment: it says that something was collected, paid out, or that a payment failed;
-- counted: it is in the sums of its line
select
    writing.source_file,
    writing.source_line,
    writing.billing_event_id,
    case
        when writing.is_deleted then 'deleted'
        when event.billing_event_id is null then 'superseded'
        when event.action not in ('INVOICED', 'FORGIVEN') then 'payment'
        when event.currency <> 'USD' then 'other currency'
        when event.is_informational then 'informational'
        else 'counted'
    end as became
from staging.marketplace_billing_writing as writing
left join staging.marketplace_billing_event as event
    on writing.source_file = event.source_file and writing.source_line = event.source_line
