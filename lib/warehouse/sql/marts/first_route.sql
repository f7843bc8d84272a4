-- one row per (customer_id, product): when a customer signed and when its first traffic was routed
select
    customer_id,
    product,
    signed_on,
    first_route_on
from staging.first_route
