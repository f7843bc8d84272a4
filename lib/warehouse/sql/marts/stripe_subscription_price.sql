-- one row per (subscription_id): the plan's price among a subscription's, and what all of them cost in a period
-- metered prices are usage and cost nothing here; discounts that last are taken off, one for a single invoice is not
-- a period that is no plan's (a quarter, a week) is told as a year: the term is custom
with
-- an export has one price for the whole subscription
item as (
    select
        subscription_id,
        price_id,
        interval,
        interval_count,
        usage_type,
        amount_usd
    from staging.stripe_subscription_item
    union all
    select
        subscription.subscription_id,
        subscription.price_id,
        subscription.interval,
        coalesce(price.interval_count, 1) as interval_count,
        'licensed' as usage_type,
        coalesce(
            subscription.amount_usd,
            cast(price.amount_usd * coalesce(subscription.quantity, 1) as decimal(18, 2))
        ) as amount_usd
    from staging.stripe_subscription as subscription
    left join staging.stripe_price as price on subscription.price_id = price.price_id
    where not exists (
        select 1 from staging.stripe_subscription_item as known
        where known.subscription_id = subscription.subscription_id
    )
),
priced as (
    select
        subscription_id,
        arg_max(price_id, coalesce(amount_usd, 0)) filter (where usage_type <> 'metered') as price_id,
        arg_max(interval, coalesce(amount_usd, 0)) filter (where usage_type <> 'metered') as interval,
        arg_max(interval_count, coalesce(amount_usd, 0)) filter (where usage_type <> 'metered') as interval_count,
        cast(coalesce(sum(amount_usd), 0) as decimal(18, 2)) as period_usd
    from item
    group by subscription_id
),
termed as (
    select
        subscription_id,
        price_id,
        case
            when interval = 'month' and interval_count = 1 then 'monthly'
            when interval = 'month' and interval_count = 12 then 'annual'
            when interval = 'year' then term_of_years(interval_count)
            when interval is not null then 'custom'
        end as term,
        case
            when interval = 'month' and interval_count not in (1, 12) then 12
            when interval = 'week' then 52
            when interval = 'day' then 365
        end as units_per_year,
        interval_count,
        period_usd
    from priced
),
lasting as (
    select
        contract_id,
        customer_id,
        reach,
        cast(
            list_reduce(
                list(cast((100 - coalesce(percent_off, 0)) * 0.01 as decimal(18, 8)) order by discount_id),
                lambda one, other: cast(one * other as decimal(18, 8))
            ) as decimal(18, 8)
        ) as kept_share,
        coalesce(sum(amount_off_usd), 0) as amount_off_usd
    from marts.stripe_discount
    where is_running and duration <> 'once' and reach <> 'item'
    group by contract_id, customer_id, reach
),
-- what one period costs after discounts, in cents as Stripe rounds it
reduced as (
    select
        termed.*,
        cast(
            greatest(
                termed.period_usd * coalesce(own.kept_share, theirs.kept_share, 1)
                - coalesce(own.amount_off_usd, theirs.amount_off_usd, 0), 0
            ) as decimal(18, 2)
        ) as reduced_usd
    from termed
    left join staging.stripe_subscription as subscription on termed.subscription_id = subscription.subscription_id
    left join marts.stripe_buyer as buyer on subscription.stripe_customer_id = buyer.stripe_customer_id
    left join lasting as own on termed.subscription_id = own.contract_id and own.reach = 'subscription'
    left join lasting as theirs on buyer.customer_id = theirs.customer_id and theirs.reach = 'customer'
)
select
    subscription_id,
    price_id,
    term,
    coalesce(yearly(period_usd, units_per_year, interval_count), period_usd) as full_usd,
    coalesce(yearly(reduced_usd, units_per_year, interval_count), reduced_usd) as price_usd
from reduced
