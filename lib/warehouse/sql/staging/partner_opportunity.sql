-- one row per (opportunity_id): an opportunity of AWS Partner Central; its amount is what the customer pays us
select
    opportunity_id,
    crm_id(crm_deal_id) as link_id,
    title,
    coalesce(stage, 'unknown') as crm_stage,
    review_status,
    usd(software_amount) as amount,
    upper(software_currency) as currency,
    coalesce(upper(software_currency), 'USD') = 'USD' as is_in_dollars,
    cast(target_close_on as date) as close_on,
    cast(created_on as date) as created_on,
    coalesce(company_name, 'unknown') as company_name,
    case when aws_account_id is null then 'unknown' else 'yes' end as has_aws_account
from raw.partner_opportunity
