-- one row per (offer_id): an offer negotiated with one buyer; a discount without years is one for a year
-- a row that says no status is what files without that column list: an accepted one
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
    coalesce(cast(years as integer), case when multi_year_discount is not null then 1 end) as years,
    coalesce(status, 'accepted') as status,
    cast(sent_on as date) as sent_on,
    cast(expires_on as date) as expires_on,
    channel_partner,
    case express when 'yes' then true when 'no' then false end as is_express,
    renews as renews_offer_id,
    company as company_name
from raw.private_offer
