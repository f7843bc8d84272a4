-- one row per (offer_id, offer_revision, valid_from): what held about an offer from a time on, and its [plan-key]
select
    offer_id,
    cast(offer_revision as integer) as offer_revision,
    name as offer_name,
    nullif(regexp_extract(name, '\[([a-z_-]+)\]', 1), '') as plan_key,
    utc_instant(valid_from) as valid_from,
    held_from,
    held_until
from held.marketplace_offer
