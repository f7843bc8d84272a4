-- one row per (offer_id, due_on): a dated part of an offer's price
select
    offer_id,
    cast(due_on as date) as due_on,
    usd(amount_usd) as amount_usd
from raw.private_offer_instalment
