-- one row per (product_id): a product at Stripe
select
    product_id,
    product_name
from raw.stripe_product
