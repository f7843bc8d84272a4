-- one row per (gateway_product_id): a plan's product and price at a payment gateway
select
    cast(id as integer) as gateway_product_id,
    cast(plan_id as integer) as plan_id,
    gateway,
    product_id,
    price_id
from raw.gateway_product
