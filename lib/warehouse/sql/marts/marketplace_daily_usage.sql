-- one row per (agreement_id, dimension, usage_on, currency): what the marketplace counted of a day, and its estimate
select
    coalesce(usage.agreement_id, '') as agreement_id,
    usage.dimension,
    usage.usage_on,
    usage.currency,
    cast(date_trunc('month', usage.usage_on) as date) as usage_month,
    cast(sum(usage.quantity) as decimal(18, 6)) as quantity,
    cast(sum(usage.estimated_revenue) as decimal(18, 6)) as estimated_revenue
from staging.marketplace_daily_usage as usage
where
    usage.held_until = timestamp '9999-12-31'
    and coalesce(usage.product_id, '') not in (select product_id from marts.marketplace_product where not is_ours)
group by coalesce(usage.agreement_id, ''), usage.dimension, usage.usage_on, usage.currency
