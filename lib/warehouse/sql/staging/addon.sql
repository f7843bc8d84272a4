-- one row per (customer_id, product, addon, started_on): something bought beside the plan
select
    customer_id,
    product,
    addon,
    cast(started_on as date) as started_on,
    usd(price_usd) as price_usd
from raw.addon
