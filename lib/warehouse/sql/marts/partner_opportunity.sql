-- one row per (opportunity_id): an opportunity of AWS Partner Central, and the deal of the CRM that it is, if it is one
-- either side may name the other; where both do and disagree, the CRM's word counts
with
link as (
    select
        opportunity.opportunity_id,
        coalesce(
            min(case when deal.opportunity_id = opportunity.opportunity_id then deal.deal_id end), min(deal.deal_id)
        ) as deal_id
    from staging.partner_opportunity as opportunity
    inner join staging.deal as deal
        on deal.opportunity_id = opportunity.opportunity_id
        or (deal.opportunity_id is null and deal.link_id = opportunity.link_id)
    group by opportunity.opportunity_id
)
select
    opportunity.opportunity_id,
    link.deal_id,
    opportunity.title,
    opportunity.company_name,
    opportunity.crm_stage,
    coalesce(known.stage, opportunity.crm_stage) as stage,
    coalesce(known.outcome, 'open') as outcome,
    opportunity.review_status,
    case when opportunity.is_in_dollars then opportunity.amount end as amount_usd,
    opportunity.amount,
    opportunity.currency,
    opportunity.created_on,
    opportunity.close_on,
    opportunity.has_aws_account
from staging.partner_opportunity as opportunity
left join link on opportunity.opportunity_id = link.opportunity_id
left join staging.crm_stage as known
    on known.crm = 'partner_central'
    and simple_name(known.crm_stage) = simple_name(opportunity.crm_stage)
