-- one row per (stripe_customer_id): a customer at Stripe and which of ours it is, as its metadata or else the CRM says
-- a customer at Stripe that two companies claim is nobody's, and nobody's has a key of its own: "stripe:<customer>"
with
company as (
    select
        stripe_customer_id,
        case when count(*) = 1 then min(customer_id) end as customer_id
    from staging.company
    where stripe_customer_id is not null
    group by stripe_customer_id
),
beside as (
    select
        object_id as stripe_customer_id,
        value as customer_id
    from staging.stripe_metadata
    where key = 'customer_id'
),
named as (
    select stripe_customer_id from staging.stripe_customer
    union
    select stripe_customer_id from staging.stripe_subscription
    union
    select stripe_customer_id from staging.stripe_invoice
    union
    select stripe_customer_id from company
)
select
    named.stripe_customer_id,
    coalesce(
        customer.customer_id, beside.customer_id, company.customer_id, 'stripe:' || named.stripe_customer_id
    ) as customer_id
from named
left join staging.stripe_customer as customer on named.stripe_customer_id = customer.stripe_customer_id
left join beside on named.stripe_customer_id = beside.stripe_customer_id
left join company on named.stripe_customer_id = company.stripe_customer_id
