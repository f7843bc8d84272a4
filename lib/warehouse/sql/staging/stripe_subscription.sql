-- one row per (subscription_id): a stay of a customer on a plan, billed by Stripe
select
    id as subscription_id,
    "Customer ID" as stripe_customer_id,
    "customer_id (metadata)" as customer_id,
    cast("plan_id (metadata)" as integer) as plan_id,
    plan as price_id,
    case interval when 'year' then 'annual' when 'month' then 'monthly' else 'custom' end as term,
    status,
    usd(amount) as amount_usd,
    utc_day("Start (UTC)") as started_on,
    utc_day("Ended At (UTC)") as ended_on,
    utc_instant("Start (UTC)") as started_at,
    utc_instant("Ended At (UTC)") as ended_at,
    "Cancellation Reason" as cancellation_reason
from raw.stripe_subscription
