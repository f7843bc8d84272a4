-- one row per (surface, place, plan, dimension): what a place says or lets a plan include, by its newest capture
select
    surface,
    place,
    plan,
    dimension,
    allowance,
    unit,
    displayed,
    url,
    captured_on
from staging.surface_allowance
qualify captured_on = max(captured_on) over (partition by surface, place)
