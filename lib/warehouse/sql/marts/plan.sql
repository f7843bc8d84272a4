-- one row per (plan_id): a tier sold for a term, with its list price and its ids at Stripe
with
stripe_product as (
    select
        plan_id,
        max(product_id) as stripe_product_id,
        max(price_id) as stripe_price_id
    from staging.gateway_product
    where gateway = 'stripe'
    group by plan_id
)
select
    plan.plan_id,
    plan.plan_name,
    plan.slug,
    plan.term,
    plan.plan_key,
    plan.price_usd,
    plan.is_hidden,
    plan.included_credits,
    stripe_product.stripe_product_id,
    stripe_product.stripe_price_id
from staging.plan as plan
left join stripe_product on plan.plan_id = stripe_product.plan_id
