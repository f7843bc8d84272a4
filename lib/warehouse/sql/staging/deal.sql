-- one row per (deal_id): an opportunity in the CRM's pipeline
select
    deal_id,
    deal_name,
    product,
    owner,
    stage,
    stage in ('Launched', 'Closed Lost') as is_closed,
    lower(coalesce(is_won, 'false')) = 'true' as is_won,
    usd(amount_usd) as amount_usd,
    utc_day(created_at) as created_on,
    utc_day(close_at) as close_on,
    company_name,
    icp_segment,
    yes_no_unknown(has_aws_account) as has_aws_account,
    yes_no_unknown(is_partner) as is_partner,
    yes_no_unknown(is_seller) as is_seller,
    yes_no_unknown(wants_consolidated_billing) as wants_consolidated_billing,
    integrator
from raw.deal
