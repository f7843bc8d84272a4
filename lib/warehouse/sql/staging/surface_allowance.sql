-- one row per (surface, place, plan, dimension, captured_on): what a plan includes, as displayed or as enforced
select
    surface,
    place,
    plan,
    dimension,
    allowance,
    unit,
    displayed,
    url,
    cast(captured_on as date) as captured_on
from raw.surface_allowance
