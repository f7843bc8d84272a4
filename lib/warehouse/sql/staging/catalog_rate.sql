-- one row per (offer_id, pricing, duration, dimension_key): a price on an offer's rate cards, as we keep it
select
    entity_id as offer_id,
    pricing_of(term ->> '$.Type') as pricing,
    coalesce(card ->> '$.Selector.Value', 'none') as duration,
    rate ->> '$.DimensionKey' as dimension_key,
    rate ->> '$.Price' as price_text,
    term ->> '$.CurrencyCode' as currency
from raw.listed_entity,
    unnest(document -> '$.Terms[*]') as terms(term),
    unnest(term -> '$.RateCards[*]') as cards(card),
    unnest(card -> '$.RateCard[*]') as rates(rate)
where entity_type like 'Offer%'
