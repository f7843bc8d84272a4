-- one row per (price_id, tier): a step of a tiered price, strictly above from_quantity; up_to is null in the last
-- graduated: each unit at its own step; volume: all units at the step of the last
select
    tier.price_id,
    row_number() over (partition by tier.price_id order by tier.up_to nulls last) as tier,
    price.lookup_key,
    price.tiers_mode,
    lag(tier.up_to, 1, cast(0 as decimal(18, 6))) over (partition by tier.price_id order by tier.up_to nulls last)
        as from_quantity,
    tier.up_to,
    tier.unit_amount_usd,
    tier.flat_amount_usd
from staging.stripe_price_tier as tier
left join staging.stripe_price as price on tier.price_id = price.price_id
