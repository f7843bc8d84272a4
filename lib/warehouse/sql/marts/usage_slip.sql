-- one row per (contract_id, dimension, usage_month): what two slips would make of the usage; most have no row
-- a copy counted again adds copied_quantity; readings of an entitlement such as seats, added up, are summed_quantity
with
doubtful as (
    select
        event.customer_id,
        event.dimension,
        cast(event.occurred_at as date) as usage_day,
        cast(date_trunc('month', event.occurred_at) as date) as usage_month,
        event.quantity,
        coalesce(repeat.copies, 0) as copies,
        coalesce(dimension.is_metered, true) as is_metered
    from staging.event as event
    left join staging.event_repeat as repeat on event.event_id = repeat.event_id
    left join staging.dimension as dimension on event.dimension = dimension.dimension
    where repeat.event_id is not null or not coalesce(dimension.is_metered, true)
)
select
    calendar.contract_id,
    doubtful.dimension,
    doubtful.usage_month,
    cast(sum(doubtful.quantity * doubtful.copies) as decimal(18, 6)) as copied_quantity,
    cast(sum(case when doubtful.is_metered then 0 else doubtful.quantity end) as decimal(18, 6)) as summed_quantity
from doubtful
inner join marts.contract_calendar as calendar
    on doubtful.customer_id = calendar.customer_id
    and doubtful.usage_day >= calendar.started_on
    and doubtful.usage_day < calendar.ended_on
group by calendar.contract_id, doubtful.dimension, doubtful.usage_month
