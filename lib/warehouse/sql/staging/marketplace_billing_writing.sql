-- one row per (source_file, source_line): a row of AWS's billing event feed as it was delivered, counted or not
select
    source_file,
    source_line,
    billing_event_id,
    delete_date is not null as is_deleted
from raw.marketplace_billing_event
