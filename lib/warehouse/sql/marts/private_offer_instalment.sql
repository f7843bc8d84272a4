-- one row per (offer_id, due_on): a dated part of an offer's price
select
    offer_id,
    due_on,
    amount_usd
from staging.private_offer_instalment
