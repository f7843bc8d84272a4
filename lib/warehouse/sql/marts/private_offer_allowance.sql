-- one row per (offer_id, dimension): what a private offer includes of a dimension: a quantity, or "unlimited"
select
    offer_id,
    dimension,
    allowance
from staging.private_offer_allowance
