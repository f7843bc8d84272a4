-- one row per (offer_id, dimension, from_quantity): a band of an offer's own unit price, per unit of the price list
select
    offer_id,
    dimension,
    cast(from_quantity as decimal(18, 6)) as from_quantity,
    cast(unit_price_usd as decimal(18, 9)) as unit_price_usd
from raw.private_offer_price
