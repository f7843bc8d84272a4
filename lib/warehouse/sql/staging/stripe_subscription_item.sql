-- one row per (item_id): one price of a subscription and how often; of a tiered price the amount is null
select
    item_id,
    subscription_id,
    price_id,
    product_id,
    cast(coalesce(quantity, '1') as integer) as quantity,
    interval,
    cast(coalesce(interval_count, '1') as integer) as interval_count,
    coalesce(usage_type, 'licensed') as usage_type,
    cast(unit_amount_usd as decimal(18, 9)) as unit_amount_usd,
    cast(unit_divisor as integer) as unit_divisor,
    unit_rounding
from raw.stripe_subscription_item
