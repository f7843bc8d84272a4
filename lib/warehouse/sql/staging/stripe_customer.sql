-- one row per (stripe_customer_id): a customer at Stripe, and which of ours it is
select
    stripe_customer_id,
    customer_id,
    country,
    utc_day(created_at) as created_on
from raw.stripe_customer
