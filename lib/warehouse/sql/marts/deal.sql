-- one row per (deal_id): an opportunity, open or closed
-- a deal that the CRM and Partner Central both hold is the CRM's; Partner Central adds those that only it holds
with
linked as (
    select deal_id, min(opportunity_id) as opportunity_id
    from marts.partner_opportunity
    where deal_id is not null
    group by deal_id
),
-- the CRM's own flags go before what its stage means; a stage that nobody described is open until a flag says otherwise
told as (
    select
        deal.*,
        coalesce(known.stage, deal.crm_stage) as stage,
        known.stage is not null as is_known_stage,
        known.outcome,
        coalesce(deal.crm_probability_rate, known.crm_probability_rate) as probability_rate,
        coalesce(
            deal.told_closed,
            case when deal.told_won or deal.told_lost then true end,
            known.outcome in ('won', 'lost'),
            false
        ) as is_closed,
        coalesce(deal.told_won, case when deal.told_lost then false end, known.outcome = 'won', false) as is_won
    from staging.deal as deal
    left join staging.crm_stage as known
        on deal.crm = known.crm
        and simple_name(deal.crm_stage) = simple_name(known.crm_stage)
)
select
    told.deal_id,
    told.crm,
    linked.opportunity_id,
    told.deal_name,
    told.product,
    told.owner,
    told.crm_stage,
    told.stage,
    told.is_known_stage,
    told.is_closed,
    told.is_closed and told.is_won as is_won,
    case when told.is_in_dollars then told.amount end as amount_usd,
    told.amount,
    told.currency,
    told.probability_rate as crm_probability_rate,
    told.created_on,
    told.close_on,
    told.company_name,
    told.icp_segment,
    told.has_aws_account,
    told.is_partner,
    told.is_seller,
    told.wants_consolidated_billing,
    told.integrator,
    told.stage_since_on,
    told.channel
from told
left join linked on told.deal_id = linked.deal_id
union all
select
    opportunity_id as deal_id,
    'partner_central' as crm,
    opportunity_id,
    coalesce(title, company_name) as deal_name,
    'unknown' as product,
    null as owner,
    crm_stage,
    stage,
    crm_stage <> 'unknown' as is_known_stage,
    outcome <> 'open' as is_closed,
    outcome = 'won' as is_won,
    amount_usd,
    amount,
    currency,
    null as crm_probability_rate,
    created_on,
    close_on,
    company_name,
    null as icp_segment,
    has_aws_account,
    'unknown' as is_partner,
    'unknown' as is_seller,
    'unknown' as wants_consolidated_billing,
    null as integrator,
    null as stage_since_on,
    null as channel
from marts.partner_opportunity
where deal_id is null
