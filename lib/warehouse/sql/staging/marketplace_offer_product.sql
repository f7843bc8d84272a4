-- one row per (offer_id, offer_revision, product_id, valid_from): which product an offer sells from a time on
select
    offer_id,
    cast(offer_revision as integer) as offer_revision,
    product_id,
    utc_instant(valid_from) as valid_from
from held.marketplace_offer_product
