-- one row per (price_id): a price object at Stripe
select
    price_id,
    product_id,
    product_name,
    cast(amount_usd as decimal(18, 6)) as amount_usd,
    interval,
    lookup_key
from raw.stripe_price
