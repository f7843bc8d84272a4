-- one row per (price_id): a price object at Stripe
select
    "Price ID" as price_id,
    "Product ID" as product_id,
    "Product Name" as product_name,
    cast("Amount" as decimal(18, 6)) as amount_usd,
    "Interval" as interval,
    lookup_key
from raw.stripe_price
