-- one row per (customer_id): a customer of either product, with the facts that decide its rail
-- icp_segment is the CRM's key of an ideal customer segment; null where nobody entered one
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
    icp_segment,
    stripe_customer_id,
    aws_account_id,
    created_on
from staging.company
