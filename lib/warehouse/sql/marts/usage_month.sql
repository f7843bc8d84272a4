-- one row per (customer_id, contract_id, dimension, usage_month): what a customer used under a contract in a UTC month
with
cube as (
    select
        customer_id,
        contract_id,
        rail,
        plan_key,
        dimension,
        usage_month,
        is_summed,
        sum(quantity) as sum_quantity,
        sum(timely_quantity) as sum_timely_quantity,
        max(quantity) as max_quantity,
        max(timely_quantity) as max_timely_quantity,
        sum(event_count) as event_count
    from marts.usage_day
    group by customer_id, contract_id, rail, plan_key, dimension, usage_month, is_summed
)
select
    customer_id,
    contract_id,
    rail,
    plan_key,
    dimension,
    usage_month,
    cast(case when is_summed = 1 then sum_quantity else max_quantity end as decimal(18, 6)) as quantity,
    cast(
        case when is_summed = 1 then sum_quantity - sum_timely_quantity else max_quantity - max_timely_quantity end
        as decimal(18, 6)
    ) as late_quantity,
    cast(event_count as bigint) as event_count
from cube
