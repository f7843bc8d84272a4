-- one row per (price_id): a price that Stripe shows; usage prices have up to 6 decimals
select
    price_id,
    product_id,
    product_name,
    amount_usd,
    interval,
    lookup_key
from staging.stripe_price
