-- one row per (subscription_id): a subscription at Stripe; a dashboard's export says its one price and amount here
-- a canceled one without a day of its end ended when it was canceled; one that was never paid for has not begun
-- one that runs and carries a cancellation ends with its period, unless it says that it does not, or names another day
select
    subscription_id,
    stripe_customer_id,
    customer_id,
    cast(plan_id as integer) as plan_id,
    price_id,
    cast(quantity as integer) as quantity,
    interval,
    status,
    status not in ('incomplete', 'incomplete_expired') as has_begun,
    usd(amount_usd) as amount_usd,
    utc_day(started_at) as started_on,
    utc_day(ended_at) as ended_on,
    case
        when ended_at is not null then null
        when cancel_at is not null then utc_day(cancel_at)
        when coalesce(is_cancelled_ahead = 'yes', canceled_at is not null) then utc_day(period_ends_at)
    end as will_end_on,
    ended_at is null and coalesce(cancel_at is not null or is_cancelled_ahead = 'yes', canceled_at is not null)
        as is_cancelled,
    utc_instant(started_at) as started_at,
    utc_instant(ended_at) as ended_at,
    utc_day(trial_starts_at) as trial_starts_on,
    utc_day(trial_ends_at) as trial_ends_on,
    coalesce(utc_day(trial_starts_at) > utc_day(started_at), false) as is_tried_later,
    cancellation_reason,
    coupon_id,
    utc_day(discount_starts_at) as discount_starts_on,
    utc_day(discount_ends_at) as discount_ends_on
from (
    select
        * exclude (ended_at),
        coalesce(ended_at, case when status = 'canceled' then canceled_at end) as ended_at
    from raw.stripe_subscription
)
