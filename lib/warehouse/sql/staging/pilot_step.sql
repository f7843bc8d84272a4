-- one row per (pilot_id, step): a step of a pilot, and what was measured at it
select
    pilot_id,
    product,
    company,
    cast(step as integer) as step,
    cast(started_on as date) as started_on,
    cast(measured_on as date) as measured_on,
    cast(baseline_value as decimal(18, 6)) as baseline_value,
    cast(measured_value as decimal(18, 6)) as measured_value,
    metric
from raw.pilot
