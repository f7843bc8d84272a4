-- one row per (license_arn, agreement_id): a license that an agreement gave out, as the agreement API lists it
select distinct
    license ->> '$.licenseArn' as license_arn,
    agreement_id
from raw.api_agreement,
    unnest(licenses -> '$[*]') as listed(license)
where license ->> '$.licenseArn' is not null
