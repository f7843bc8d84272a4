-- one row per (customer_id): a customer as the CRM knows it
select
    customer_id,
    coalesce(crm_id, customer_id) as crm_id,
    customer_name,
    coalesce(product, 'unknown') as product,
    coalesce(country, 'unknown') as country,
    coalesce(region, 'unknown') as region,
    yes_no_unknown(has_aws_account) as has_aws_account,
    yes_no_unknown(is_partner) as is_partner,
    yes_no_unknown(is_seller) as is_seller,
    yes_no_unknown(wants_consolidated_billing) as wants_consolidated_billing,
    integrator,
    icp_segment,
    stripe_customer_id,
    aws_account(aws_account_id) as aws_account_id,
    utc_day(created_on) as created_on
from raw.company
