-- Every subscription that has begun and every agreement about a listing of ours is one contract
with
recorded as (
    select 'stripe' as rail, count(*) as contracts
    from staging.stripe_subscription
    where has_begun
    union all
    select 'aws' as rail, count(distinct agreement.agreement_id) as contracts
    from staging.marketplace_agreement as agreement
    left join marts.marketplace_agreement as known on agreement.agreement_id = known.agreement_id
    where coalesce(known.is_ours, true)
)
select
    recorded.rail,
    recorded.contracts as recorded,
    count(contract.contract_id) as held
from recorded
left join marts.contract as contract on recorded.rail = contract.rail
group by recorded.rail, recorded.contracts
having recorded.contracts <> count(contract.contract_id)
