-- one row per (cost_month, dimension): what one unit cost us in a month
select
    cost_month,
    dimension,
    cost_usd_per_unit
from staging.unit_cost
