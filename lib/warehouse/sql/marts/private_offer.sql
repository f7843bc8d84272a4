-- one row per (offer_id): what one customer negotiated and agreed to; drafts and what is only sent are no part of it
-- what AWS holds an agreement under was agreed to, whatever our own file says of it
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
where
    (status = 'accepted' and customer_id is not null)
    or offer_id in (select offer_id from marts.marketplace_agreement where offer_id is not null and is_ours)
