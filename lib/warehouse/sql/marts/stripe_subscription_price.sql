-- one row per (subscription_id): the plan's price among a subscription's, and what all of them cost in a period
-- metered prices are usage and cost nothing here; discounts that last are taken off, one for a single invoice is not
-- a period that is no plan's (a quarter, a week) is told as a year: the term is custom
with
-- an export has one price for the whole subscription
item as (
    select
        item.item_id,
        item.subscription_id,
        item.price_id,
        coalesce(item.product_id, price.product_id) as product_id,
        item.interval,
        item.interval_count,
        item.usage_type,
        item.amount_usd
    from staging.stripe_subscription_item as item
    left join staging.stripe_price as price on item.price_id = price.price_id
    union all
    select
        subscription.subscription_id as item_id,
        subscription.subscription_id,
        subscription.price_id,
        price.product_id,
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
    select *
    from marts.stripe_discount
    where is_running and duration <> 'once'
),
-- a price's own discounts, and those on its subscription, or without any on all that its customer at Stripe buys
at_work as (
    select
        item.item_id,
        item.subscription_id,
        lasting.discount_id,
        lasting.reach = 'item' as is_own,
        lasting.percent_off,
        lasting.amount_off_usd
    from item
    inner join staging.stripe_subscription as subscription on item.subscription_id = subscription.subscription_id
    inner join lasting
        on case lasting.reach
            when 'item' then lasting.item_id = item.item_id
            when 'subscription' then lasting.contract_id = item.subscription_id
            else lasting.stripe_customer_id = subscription.stripe_customer_id and not exists (
                select 1 from lasting as known
                where known.reach = 'subscription' and known.contract_id = item.subscription_id
            )
        end
    where lasting.product_ids is null or list_contains(lasting.product_ids, item.product_id)
),
share as (
    select
        item_id,
        is_own,
        cast(
            list_reduce(
                list(cast((100 - coalesce(percent_off, 0)) * 0.01 as decimal(18, 8)) order by discount_id),
                lambda one, other: cast(one * other as decimal(18, 8))
            ) as decimal(18, 8)
        ) as kept_share,
        coalesce(sum(amount_off_usd), 0) as amount_off_usd
    from at_work
    group by item_id, is_own
),
-- what each price comes to: its own discounts first, then the percentages of the wider ones
charged as (
    select
        item.item_id,
        item.subscription_id,
        greatest(
            cast(item.amount_usd as decimal(38, 2)) * coalesce(own.kept_share, 1) - coalesce(own.amount_off_usd, 0), 0
        ) * coalesce(wider.kept_share, 1) as charged_usd
    from item
    left join share as own on item.item_id = own.item_id and own.is_own
    left join share as wider on item.item_id = wider.item_id and not wider.is_own
),
-- an amount off is taken once from all that it is for, and never more than that costs
taken as (
    select
        subscription_id,
        sum(taken_usd) as taken_usd
    from (
        select
            at_work.subscription_id,
            at_work.discount_id,
            least(max(at_work.amount_off_usd), sum(charged.charged_usd)) as taken_usd
        from at_work
        inner join charged on at_work.item_id = charged.item_id
        where not at_work.is_own and at_work.amount_off_usd is not null
        group by at_work.subscription_id, at_work.discount_id
    )
    group by subscription_id
),
-- what one period costs after discounts, in cents as Stripe rounds it
reduced as (
    select
        termed.*,
        cast(greatest(whole.charged_usd - coalesce(taken.taken_usd, 0), 0) as decimal(18, 2)) as reduced_usd
    from termed
    left join (
        select subscription_id, coalesce(sum(charged_usd), 0) as charged_usd
        from charged
        group by subscription_id
    ) as whole on termed.subscription_id = whole.subscription_id
    left join taken on termed.subscription_id = taken.subscription_id
)
select
    subscription_id,
    price_id,
    term,
    coalesce(yearly(period_usd, units_per_year, interval_count), period_usd) as full_usd,
    coalesce(yearly(reduced_usd, units_per_year, interval_count), reduced_usd) as price_usd
from reduced
