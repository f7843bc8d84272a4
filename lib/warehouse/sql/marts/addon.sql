-- one row per (customer_id, product, addon, started_on): something bought beside the plan
select
    customer_id,
    product,
    addon,
    started_on,
    price_usd
from staging.addon
