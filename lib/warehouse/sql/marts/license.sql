-- one row per (license_arn): which agreement gave a license out; the meter and entitlements speak of licenses
with
told as (
    select license_arn, agreement_id
    from marts.marketplace_agreement
    where license_arn is not null
    union
    select license_arn, agreement_id
    from staging.api_license
)
select
    license_arn,
    max(agreement_id) as agreement_id
from told
group by license_arn
-- one license of two agreements says nothing of either
having count(*) = 1
