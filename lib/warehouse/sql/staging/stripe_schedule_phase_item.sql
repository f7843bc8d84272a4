-- one row per (schedule_id, phase, place): one price of one phase of a subscription's schedule
select
    schedule_id,
    cast(phase as integer) as phase,
    cast(place as integer) as place,
    subscription_id,
    status,
    price_id,
    cast(coalesce(quantity, '1') as integer) as quantity,
    utc_day(starts_at) as starts_on,
    utc_day(ends_at) as ends_on
from raw.stripe_schedule_phase_item
