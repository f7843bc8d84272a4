-- one row per (pilot_id, step): a step of a pilot and what it measured
select
    pilot_id,
    product,
    company,
    step,
    started_on,
    measured_on,
    baseline_value,
    measured_value,
    metric
from staging.pilot_step
