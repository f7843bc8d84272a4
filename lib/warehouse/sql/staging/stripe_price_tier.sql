-- one row per (price_id, up_to): a step of a tiered price, up to and including a quantity; null is without end
select
    price_id,
    cast(up_to as decimal(18, 6)) as up_to,
    cast(coalesce(unit_amount_usd, '0') as decimal(18, 9)) as unit_amount_usd,
    cast(coalesce(flat_amount_usd, '0') as decimal(18, 9)) as flat_amount_usd
from raw.stripe_price_tier
