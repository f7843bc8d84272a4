-- one row per (cost_month, dimension): what one unit of a dimension cost us
select
    cast(month as date) as cost_month,
    dimension,
    cast(cost_usd_per_unit as decimal(18, 9)) as cost_usd_per_unit
from raw.unit_cost
