-- one row per (offer_id): an offer negotiated with one customer
select
    offer_id,
    customer_id,
    plan_key,
    usd(price_usd) as price_usd,
    cast(accepted_on as date) as accepted_on,
    cast(starts_on as date) as starts_on,
    cast(ends_on as date) as ends_on
from raw.private_offer
