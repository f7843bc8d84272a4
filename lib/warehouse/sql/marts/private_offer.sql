-- one row per (offer_id): what one customer negotiated
select
    offer_id,
    customer_id,
    plan_key,
    price_usd,
    accepted_on,
    starts_on,
    ends_on,
    monthly_minimum_usd,
    multi_year_discount_rate,
    years
from staging.private_offer
