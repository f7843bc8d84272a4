-- one row per (customer_id): a customer as the CRM knows it
select
    "Company ID" as customer_id,
    "Company name" as customer_name,
    "Product" as product,
    "Country" as country,
    "Region" as region,
    yes_no_unknown("AWS account") as has_aws_account,
    yes_no_unknown("AWS partner") as is_partner,
    yes_no_unknown("AWS Marketplace seller") as is_seller,
    yes_no_unknown("Wants consolidated billing") as wants_consolidated_billing,
    "Marketplace integrator" as integrator,
    "Stripe customer ID" as stripe_customer_id,
    aws_account("AWS account ID") as aws_account_id,
    utc_day("Create Date") as created_on
from raw.company
