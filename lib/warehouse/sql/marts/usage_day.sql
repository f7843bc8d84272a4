-- one row per (customer_id, contract_id, dimension, usage_day): what a customer used under a contract on a UTC day
-- what is_summed is added up over days; of the rest, such as seats, the largest counts
with
event as (
    select
        customer_id,
        dimension,
        received_at,
        quantity,
        cast(occurred_at as date) as usage_day,
        cast(date_trunc('month', occurred_at) as date) as usage_month
    from staging.event
),
placed as (
    select
        event.customer_id,
        calendar.contract_id,
        calendar.rail,
        calendar.plan_key,
        event.dimension,
        event.usage_day,
        event.usage_month,
        event.quantity,
        case when event.received_at < closing.cut_off_at then event.quantity else 0 end as timely_quantity,
        case when dimension.is_metered then 1 when dimension.dimension is null then 1 else 0 end as is_summed
    from event
    inner join marts.usage_calendar as closing on event.usage_month = closing.usage_month
    left join marts.contract_calendar as calendar
        on event.customer_id = calendar.customer_id
        and event.usage_day >= calendar.started_on
        and event.usage_day < calendar.ended_on
    left join staging.dimension as dimension on event.dimension = dimension.dimension
),
cube as (
    select
        customer_id,
        contract_id,
        rail,
        plan_key,
        dimension,
        usage_day,
        usage_month,
        is_summed,
        sum(quantity) as sum_quantity,
        sum(timely_quantity) as sum_timely_quantity,
        max(quantity) as max_quantity,
        max(timely_quantity) as max_timely_quantity,
        sum(1) as event_count
    from placed
    group by customer_id, contract_id, rail, plan_key, dimension, usage_day, usage_month, is_summed
)
select
    customer_id,
    contract_id,
    rail,
    plan_key,
    dimension,
    usage_day,
    usage_month,
    is_summed,
    cast(case when is_summed = 1 then sum_quantity else max_quantity end as decimal(18, 6)) as quantity,
    cast(case when is_summed = 1 then sum_timely_quantity else max_timely_quantity end as decimal(18, 6))
        as timely_quantity,
    cast(event_count as bigint) as event_count
from cube
