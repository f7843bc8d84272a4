-- one row per (surface, place, plan_id): the tier that the application enforces, by its newest capture
select
    surface,
    place,
    plan_id,
    slug,
    tier,
    url,
    captured_on
from staging.surface_plan
qualify captured_on = max(captured_on) over (partition by surface, place)
