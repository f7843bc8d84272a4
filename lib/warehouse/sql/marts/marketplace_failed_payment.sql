-- one row per (disbursement_id): a payment of AWS's that failed, or what took it back: neither paid anything out
select distinct disbursement_id
from (
    select parent_billing_event_id as disbursement_id
    from staging.marketplace_billing_event
    where part = 'disbursement_failure' and parent_billing_event_id is not null
    union all
    select billing_event_id
    from staging.marketplace_billing_event
    where part = 'disbursement_failure'
)
