-- one row per (event_id): the events of one dimension under the contract that ran on their day, as they occurred
select
    event.event_id,
    calendar.contract_id,
    event.dimension,
    cast(date_trunc('month', event.occurred_at) as date) as usage_month,
    event.quantity
from staging.event as event
inner join marts.contract_calendar as calendar
    on event.customer_id = calendar.customer_id
    and cast(event.occurred_at as date) >= calendar.started_on
    and cast(event.occurred_at as date) < calendar.ended_on
where event.dimension = ?
order by event.occurred_at, event.event_id
