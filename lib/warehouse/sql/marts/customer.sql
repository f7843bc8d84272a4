-- one row per (customer_id): a customer of either product, with the facts that decide its rail
select
    customer_id,
    customer_name,
    product,
    country,
    region,
    has_aws_account,
    is_partner,
    is_seller,
    wants_consolidated_billing,
    integrator,
    stripe_customer_id,
    aws_account_id,
    created_on
from staging.company
