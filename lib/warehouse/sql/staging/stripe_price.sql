-- one row per (price_id): a price object at Stripe; of a tiered price the amount is null
select
    price_id,
    product_id,
    product_name,
    cast(amount_usd as decimal(18, 9)) as amount_usd,
    interval,
    cast(coalesce(interval_count, '1') as integer) as interval_count,
    coalesce(usage_type, 'licensed') as usage_type,
    tiers_mode,
    cast(coalesce(unit_divisor, '1') as integer) as unit_divisor,
    unit_rounding,
    lookup_key
from raw.stripe_price
