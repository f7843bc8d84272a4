-- one row per (deal_id): an opportunity in the CRM's pipeline
select
    "Record ID" as deal_id,
    "Deal Name" as deal_name,
    "Product" as product,
    "Deal owner" as owner,
    "Deal Stage" as stage,
    "Deal Stage" in ('Launched', 'Closed Lost') as is_closed,
    lower(coalesce("Is closed won", 'false')) = 'true' as is_won,
    usd(amount) as amount_usd,
    utc_day("Create Date") as created_on,
    utc_day("Close Date") as close_on,
    "Associated Company" as company_name,
    "ICP segment" as icp_segment,
    yes_no_unknown("AWS account") as has_aws_account,
    yes_no_unknown("AWS partner") as is_partner,
    yes_no_unknown("AWS Marketplace seller") as is_seller,
    yes_no_unknown("Wants consolidated billing") as wants_consolidated_billing,
    "Marketplace integrator" as integrator
from raw.deal
