-- one row per (buyer, license_arn, dimension): what a buyer may use of a dimension today, and under which contract
-- of seats the quantity is their number; two entitlements of one dimension and license add up
with
held as (
    select
        coalesce(entitlement.aws_account_id, known.aws_account_id, entitlement.customer_identifier, '') as buyer,
        entitlement.license_arn,
        coalesce(named.dimension, entitlement.dimension) as dimension,
        sum(entitlement.quantity) as quantity,
        max(entitlement.words) as words,
        max(entitlement.expires_at) as expires_at
    from staging.entitlement as entitlement
    left join marts.marketplace_buyer as known on entitlement.customer_identifier = known.buyer
    left join staging.dimension as named on entitlement.dimension = named.aws_dimension_name
    group by all
)
select
    held.buyer,
    held.license_arn,
    held.dimension,
    coalesce(contract.customer_id, buyer.customer_id) as customer_id,
    coalesce(license.agreement_id, calendar.contract_id) as contract_id,
    cast(held.quantity as decimal(18, 6)) as quantity,
    held.words,
    held.expires_at
from held
cross join staging.snapshot as snapshot
left join marts.license as license on held.license_arn = license.license_arn
left join marts.contract as contract on license.agreement_id = contract.contract_id
left join marts.marketplace_buyer as buyer on held.buyer = buyer.buyer
left join marts.contract_calendar as calendar
    on license.agreement_id is null
    and calendar.rail = 'aws'
    and buyer.customer_id = calendar.customer_id
    and snapshot.snapshot_on >= calendar.started_on
    and snapshot.snapshot_on < calendar.ended_on
