-- one row per (object_id, key): what we wrote on an object of Stripe, where its table keeps that beside it
select
    object_id,
    key,
    value
from raw.stripe_metadata
