-- Every subscription and every agreement is one contract
with
recorded as (
    select 'stripe' as rail, count(*) as contracts
    from staging.stripe_subscription
    union all
    select 'aws' as rail, count(distinct agreement_id) as contracts
    from staging.marketplace_agreement
)
select
    recorded.rail,
    recorded.contracts as recorded,
    count(contract.contract_id) as held
from recorded
left join marts.contract as contract on recorded.rail = contract.rail
group by recorded.rail, recorded.contracts
having recorded.contracts <> count(contract.contract_id)
