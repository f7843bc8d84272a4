-- one row per (offer_target_id, valid_from): whom an offer is meant for from a time on; buyer accounts make it private
select
    offer_target_id,
    offer_id,
    cast(offer_revision as integer) as offer_revision,
    target_type = 'BuyerAccounts' as is_private,
    value as target,
    utc_instant(valid_from) as valid_from
from held.marketplace_offer_target
