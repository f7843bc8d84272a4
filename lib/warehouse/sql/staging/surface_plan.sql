-- one row per (surface, place, plan_id, captured_on): the tier that the application enforces for a plan id
select
    surface,
    place,
    cast(plan_id as integer) as plan_id,
    slug,
    tier,
    url,
    cast(captured_on as date) as captured_on
from raw.surface_plan
