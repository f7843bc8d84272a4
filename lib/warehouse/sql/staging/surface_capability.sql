-- one row per (surface, place, capability, captured_on): the least plan of a capability, as stated or as enforced
select
    surface,
    place,
    capability,
    minimum_plan,
    displayed,
    url,
    cast(captured_on as date) as captured_on
from raw.surface_capability
