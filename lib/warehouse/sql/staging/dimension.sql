-- one row per (dimension): a metered or entitled dimension as the plans database seeds it
select
    dimension_key as dimension,
    aws_dimension_name,
    unit as unit_label,
    singular(regexp_extract(unit, '^per (?:[0-9,]+ )?([a-z]+)', 1)) as unit,
    cast(coalesce(nullif(replace(regexp_extract(unit, '^per ([0-9,]+) ', 1), ',', ''), ''), '1') as decimal(18, 0))
        as unit_size,
    cast(base_price as decimal(18, 6)) as base_price_usd,
    cast(included_quantity as decimal(18, 6)) as included_quantity,
    tier_level as tier_floor,
    tier_floor_label,
    applicable_plan_ids,
    pricing_tiers,
    is_metered = '1' as is_metered,
    express_offer_eligible = '1' as is_express_eligible
from raw.marketplace_pricing_dimension
