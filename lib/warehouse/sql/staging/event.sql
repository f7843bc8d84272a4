-- one row per (event_id): usage of one dimension by one customer, at a UTC time
select
    event_id,
    customer_id,
    dimension,
    cast(occurred_at as timestamp) as occurred_at,
    cast(received_at as timestamp) as received_at,
    cast(quantity as decimal(18, 6)) as quantity
from raw.event
