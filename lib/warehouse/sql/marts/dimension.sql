-- one row per (dimension): what is metered or entitled above a tier, as the plans database prices it
select
    dimension,
    aws_dimension_name,
    unit_label,
    unit,
    unit_size,
    base_price_usd,
    included_quantity,
    tier_floor,
    tier_floor_label,
    applicable_plan_ids,
    pricing_tiers,
    is_metered,
    is_express_eligible
from staging.dimension
