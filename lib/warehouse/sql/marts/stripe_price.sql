-- one row per (price_id): a price that Stripe shows, for unit_divisor units; of a tiered price the amount is null
select
    price.price_id,
    price.product_id,
    coalesce(price.product_name, product.product_name) as product_name,
    price.amount_usd,
    price.unit_divisor,
    price.interval,
    price.interval_count,
    price.usage_type,
    price.tiers_mode,
    price.lookup_key
from staging.stripe_price as price
left join staging.stripe_product as product on price.product_id = product.product_id
