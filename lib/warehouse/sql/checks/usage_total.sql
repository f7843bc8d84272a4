-- Usage by month holds every event once, and what is summed adds up to the events
with
month as (
    select
        dimension,
        sum(event_count) as event_count,
        sum(quantity) as quantity
    from marts.usage_month
    group by dimension
),
event as (
    select
        event.dimension,
        count(*) as event_count,
        sum(event.quantity) as quantity,
        bool_and(coalesce(dimension.is_metered, true)) as is_summed
    from staging.event as event
    left join staging.dimension as dimension on event.dimension = dimension.dimension
    group by event.dimension
)
select
    event.dimension,
    event.event_count,
    month.event_count as month_event_count,
    event.quantity,
    month.quantity as month_quantity
from event
left join month on event.dimension = month.dimension
where
    event.event_count is distinct from month.event_count
    or (event.is_summed and event.quantity is distinct from month.quantity)
