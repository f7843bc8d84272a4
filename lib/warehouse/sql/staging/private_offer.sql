-- one row per (offer_id): an offer negotiated with one customer; a discount without years is one for a year
select
    offer_id,
    customer_id,
    plan_key,
    usd(price_usd) as price_usd,
    cast(accepted_on as date) as accepted_on,
    cast(starts_on as date) as starts_on,
    cast(ends_on as date) as ends_on,
    usd(monthly_minimum_usd) as monthly_minimum_usd,
    cast(multi_year_discount as decimal(18, 6)) as multi_year_discount_rate,
    coalesce(cast(years as integer), case when multi_year_discount is not null then 1 end) as years
from raw.private_offer
