-- one row per (signup_id): someone who tried a product, and when they became a customer
select
    signup_id,
    product,
    signed_up_on,
    converted_on,
    customer_id
from staging.signup
