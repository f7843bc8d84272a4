-- one row per (subscription_id): the plan's price among a subscription's, and what all of them cost in a period
-- metered prices are usage and cost nothing here; discounts that last are taken off, one for a single invoice is not
-- a period that is no plan's (a quarter, a week) is told as a year: the term is custom
-- where one price's amount is not known, the whole is not: null
with
-- an export has one price for the whole subscription
item as (
    select
        item_id,
        subscription_id,
        price_id,
        product_id,
        quantity,
        interval,
        interval_count,
        usage_type,
        unit_amount_usd,
        unit_divisor,
        unit_rounding,
        cast(null as decimal(18, 2)) as told_usd
    from staging.stripe_subscription_item
    union all
    select
        subscription.subscription_id as item_id,
        subscription.subscription_id,
        subscription.price_id,
        price.product_id,
        coalesce(subscription.quantity, 1) as quantity,
        subscription.interval,
        coalesce(price.interval_count, 1) as interval_count,
        'licensed' as usage_type,
        price.amount_usd as unit_amount_usd,
        price.unit_divisor,
        price.unit_rounding,
        subscription.amount_usd as told_usd
    from staging.stripe_subscription as subscription
    left join staging.stripe_price as price on subscription.price_id = price.price_id
    where not exists (
        select 1 from staging.stripe_subscription_item as known
        where known.subscription_id = subscription.subscription_id
    )
),
-- what the tiers of a price make of a quantity, where they reach so far
tiered as (
    select
        item.item_id,
        case when bool_or(tier.up_to is null or item.quantity <= tier.up_to) then cast(
            case tier.tiers_mode
                when 'graduated' then sum(
                    cast(
                        least(item.quantity, coalesce(tier.up_to, item.quantity)) - tier.from_quantity as decimal(38, 6)
                    )
                    * tier.unit_amount_usd + tier.flat_amount_usd
                )
                when 'volume' then max_by(
                    cast(item.quantity as decimal(38, 6)) * tier.unit_amount_usd + tier.flat_amount_usd, tier.tier
                )
            end as decimal(18, 2)
        ) end as amount_usd
    from item
    inner join marts.stripe_price_tier as tier
        on item.price_id = tier.price_id and tier.from_quantity < item.quantity
    group by item.item_id, tier.tiers_mode
),
costed as (
    select
        item.item_id,
        item.subscription_id,
        item.price_id,
        coalesce(item.product_id, price.product_id) as product_id,
        item.interval,
        item.interval_count,
        item.usage_type,
        coalesce(
            item.price_id in (select price_id from staging.gateway_product where gateway = 'stripe')
            or price.lookup_key in (select plan_key from marts.plan), false
        ) as is_plan,
        case when item.usage_type <> 'metered' then coalesce(
            item.told_usd,
            cast(
                coalesce(item.unit_amount_usd, price.amount_usd) * packs(
                    item.quantity,
                    coalesce(item.unit_divisor, price.unit_divisor, 1),
                    coalesce(item.unit_rounding, price.unit_rounding)
                ) as decimal(18, 2)
            ),
            tiered.amount_usd
        ) end as amount_usd
    from item
    left join staging.stripe_price as price on item.price_id = price.price_id
    left join tiered on item.item_id = tiered.item_id
),
-- the first is the plan: one that we sell as a plan, then the dearest
ranked as (
    select
        *,
        row_number() over (
            partition by subscription_id order by is_plan desc, amount_usd desc nulls last, price_id
        ) as place
    from costed
    where usage_type <> 'metered'
),
priced as (
    select
        subscription_id,
        max(case when place = 1 then price_id end) as price_id,
        max(case when place = 1 then interval end) as interval,
        max(case when place = 1 then interval_count end) as interval_count,
        case when count(amount_usd) = count(*) then cast(sum(amount_usd) as decimal(18, 2)) end as period_usd
    from ranked
    group by subscription_id
    union all
    select distinct
        subscription_id,
        cast(null as varchar) as price_id,
        cast(null as varchar) as interval,
        cast(null as integer) as interval_count,
        cast(0 as decimal(18, 2)) as period_usd
    from costed
    where subscription_id not in (select subscription_id from ranked)
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
        discount_id,
        contract_id,
        stripe_customer_id,
        item_id,
        product_ids,
        reach,
        percent_off,
        amount_off_usd
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
    from costed as item
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
    where lasting.product_ids is null or list_contains(from_json(lasting.product_ids, '["varchar"]'), item.product_id)
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
        case when item.amount_usd is not null then greatest(
            cast(item.amount_usd as decimal(38, 2)) * coalesce(own.kept_share, 1) - coalesce(own.amount_off_usd, 0), 0
        ) * coalesce(wider.kept_share, 1) end as charged_usd
    from costed as item
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
        case when termed.period_usd is not null then cast(
            greatest(whole.charged_usd - coalesce(taken.taken_usd, 0), 0) as decimal(18, 2)
        ) end as reduced_usd
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
