-- one row per (customer_id, product): when a customer signed, and when its first traffic was routed
select
    customer_id,
    product,
    cast(signed_on as date) as signed_on,
    cast(first_route_on as date) as first_route_on
from raw.first_route
