-- one row per (item_id): one price of a subscription, with what it costs in a period; of a metered or tiered price null
select
    item_id,
    subscription_id,
    price_id,
    product_id,
    cast(quantity as integer) as quantity,
    interval,
    cast(coalesce(interval_count, '1') as integer) as interval_count,
    coalesce(usage_type, 'licensed') as usage_type,
    case
        when usage_type is distinct from 'metered' then cast(
            cast(unit_amount_usd as decimal(18, 9)) * cast(coalesce(quantity, '1') as integer) as decimal(18, 2)
        )
    end as amount_usd
from raw.stripe_subscription_item
