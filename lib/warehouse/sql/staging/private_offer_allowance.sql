-- one row per (offer_id, dimension): what a private offer includes; a quantity as text, or "unlimited"
select
    offer_id,
    dimension,
    allowance
from raw.private_offer_allowance
