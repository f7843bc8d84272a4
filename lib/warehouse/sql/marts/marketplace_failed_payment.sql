-- one row per (disbursement_id): a payment of AWS's that failed, or what took it back
-- AWS may name the payment as the parent of its failure, and no longer has to: `is_left_out` where it does, and both
-- count as if they had never been; of the others every row counts on its day, and opposite signs leave nothing paid
with
failure as (
    select
        billing_event_id,
        parent_billing_event_id
    from staging.marketplace_billing_event
    where part = 'disbursement_failure'
),
payment as (
    select distinct disbursement_billing_event_id as disbursement_id
    from staging.marketplace_billing_event
    where disbursement_billing_event_id is not null
),
told as (
    select
        payment.disbursement_id,
        true as is_left_out
    from failure
    inner join payment on failure.parent_billing_event_id = payment.disbursement_id
    union all
    select
        failure.billing_event_id as disbursement_id,
        payment.disbursement_id is not null as is_left_out
    from failure
    left join payment on failure.parent_billing_event_id = payment.disbursement_id
)
select
    disbursement_id,
    bool_or(is_left_out) as is_left_out
from told
group by disbursement_id
