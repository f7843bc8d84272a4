-- one row per (address_id, valid_from): what held about an address from a time on
select
    address_id,
    company_name,
    email_domain,
    country,
    state_or_region,
    city,
    postal_code,
    utc_instant(valid_from) as valid_from,
    held_from,
    held_until
from held.marketplace_address
