-- one row per (surface, place, capability): the least plan of a capability, by the newest capture of a place
select
    surface,
    place,
    capability,
    minimum_plan,
    displayed,
    url,
    captured_on
from staging.surface_capability
qualify captured_on = max(captured_on) over (partition by surface, place)
