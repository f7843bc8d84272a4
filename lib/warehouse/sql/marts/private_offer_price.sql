-- one row per (offer_id, dimension, from_quantity): a band of an offer's own unit price, per unit of the price list
select
    offer_id,
    dimension,
    from_quantity,
    unit_price_usd
from staging.private_offer_price
