-- one row per (stripe_customer_id): a customer at Stripe, and which of ours it is
select
    id as stripe_customer_id,
    "customer_id (metadata)" as customer_id,
    country,
    utc_day("Created (UTC)") as created_on
from raw.stripe_customer
