-- one row per (subscription_id): a stay of a customer on a plan, billed by Stripe
select
    subscription_id,
    stripe_customer_id,
    customer_id,
    cast(plan_id as integer) as plan_id,
    price_id,
    case interval when 'year' then 'annual' when 'month' then 'monthly' else 'custom' end as term,
    status,
    usd(amount_usd) as amount_usd,
    utc_day(started_at) as started_on,
    utc_day(ended_at) as ended_on,
    utc_instant(started_at) as started_at,
    utc_instant(ended_at) as ended_at,
    cancellation_reason
from raw.stripe_subscription
