-- one row per (offer_id, pricing, duration, dimension_key): a price on a public offer's rate cards, as buyers see it
with
priced as (
    select
        offer_id,
        offer_name,
        unnest(term -> '$.*') as term
    from raw.listed_term
)
select
    offer_id,
    offer_name,
    pricing_of(term ->> '$.type') as pricing,
    coalesce(card ->> '$.selector.value', 'none') as duration,
    rate ->> '$.dimensionKey' as dimension_key,
    rate ->> '$.displayName' as dimension_name,
    rate ->> '$.unit' as unit,
    rate ->> '$.price' as price_text,
    term ->> '$.currencyCode' as currency
from priced,
    unnest(term -> '$.rateCards[*]') as cards(card),
    unnest(card -> '$.rateCard[*]') as rates(rate)
