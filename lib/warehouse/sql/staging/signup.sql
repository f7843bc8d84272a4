-- one row per (signup_id): someone who tried a product, and when they became a customer
select
    signup_id,
    product,
    cast(signed_up_on as date) as signed_up_on,
    cast(converted_on as date) as converted_on,
    customer_id
from raw.signup
