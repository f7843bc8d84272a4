-- one row per (deal_id): an opportunity, open or closed
select
    deal_id,
    deal_name,
    product,
    owner,
    stage,
    is_closed,
    is_won,
    amount_usd,
    created_on,
    close_on,
    company_name,
    icp_segment,
    has_aws_account,
    is_partner,
    is_seller,
    wants_consolidated_billing,
    integrator
from staging.deal
