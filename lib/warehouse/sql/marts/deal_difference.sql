-- one row per (deal_id, told_by, field): where two records of one deal disagree, and what each says
-- told_by is the opportunity in Partner Central, or 'stage' where a deal's own flags are not what its stage means
with
pair as (
    select
        deal.deal_id,
        deal.company_name,
        opportunity.opportunity_id as told_by,
        deal.stage,
        opportunity.stage as other_stage,
        deal.amount_usd,
        opportunity.amount_usd as other_amount_usd
    from marts.partner_opportunity as opportunity
    inner join marts.deal as deal on opportunity.deal_id = deal.deal_id
),
flagged as (
    select
        deal.deal_id,
        deal.company_name,
        case when deal.is_won then 'won' when deal.is_closed then 'lost' else 'open' end as outcome,
        known.outcome as other_outcome
    from marts.deal as deal
    inner join staging.crm_stage as known
        on deal.crm = known.crm
        and simple_name(deal.crm_stage) = simple_name(known.crm_stage)
)
select deal_id, company_name, told_by, 'amount' as field, cast(amount_usd as varchar) as value,
    cast(other_amount_usd as varchar) as other_value
from pair
where amount_usd <> other_amount_usd
union all
select deal_id, company_name, told_by, 'stage' as field, stage as value, other_stage as other_value
from pair
where stage <> other_stage
union all
select deal_id, company_name, 'stage' as told_by, 'outcome' as field, outcome as value, other_outcome as other_value
from flagged
where outcome <> other_outcome
