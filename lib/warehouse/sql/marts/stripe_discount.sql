-- one row per (discount_id): a coupon at work, whom it makes cheaper and by how much; off list without a private offer
-- is_running on the snapshot's day; a coupon that was deleted at Stripe keeps its discount but not its terms
-- product_ids: it takes from these products alone, a JSON list; null where it takes from all
with
discount as (
    select
        discount_id,
        coupon_id,
        stripe_customer_id,
        subscription_id,
        subscription_item_id,
        promotion_code_id,
        starts_on,
        ends_on
    from staging.stripe_discount
    union all
    select
        subscription_id || ':' || coupon_id as discount_id,
        coupon_id,
        stripe_customer_id,
        subscription_id,
        cast(null as varchar) as subscription_item_id,
        cast(null as varchar) as promotion_code_id,
        coalesce(discount_starts_on, started_on) as starts_on,
        discount_ends_on as ends_on
    from staging.stripe_subscription
    where coupon_id is not null
),
-- a discount on one price of a subscription may name that price alone
placed as (
    select
        discount.* exclude (subscription_id),
        coalesce(discount.subscription_id, item.subscription_id) as subscription_id
    from discount
    left join staging.stripe_subscription_item as item on discount.subscription_item_id = item.item_id
)
select
    placed.discount_id,
    placed.subscription_id as contract_id,
    coalesce(buyer.customer_id, owner.customer_id) as customer_id,
    case
        when placed.subscription_item_id is not null then 'item'
        when placed.subscription_id is not null then 'subscription'
        else 'customer'
    end as reach,
    coalesce(placed.stripe_customer_id, subscription.stripe_customer_id) as stripe_customer_id,
    placed.subscription_item_id as item_id,
    placed.coupon_id,
    coupon.coupon_name,
    coupon.percent_off,
    coupon.amount_off_usd,
    coupon.duration,
    coupon.product_ids,
    placed.promotion_code_id,
    placed.starts_on,
    placed.ends_on,
    placed.starts_on <= snapshot.snapshot_on
        and (placed.ends_on is null or snapshot.snapshot_on < placed.ends_on) as is_running
from placed
cross join staging.snapshot as snapshot
left join staging.stripe_coupon as coupon on placed.coupon_id = coupon.coupon_id
left join staging.stripe_subscription as subscription on placed.subscription_id = subscription.subscription_id
left join marts.stripe_buyer as buyer on placed.stripe_customer_id = buyer.stripe_customer_id
left join marts.stripe_buyer as owner on subscription.stripe_customer_id = owner.stripe_customer_id
