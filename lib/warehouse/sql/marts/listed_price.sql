-- one row per (source, offer_id, pricing, duration, dimension_key): a price on AWS, in our catalog, as buyers see it,
-- or as somebody wrote it down in the newest capture
with
listed as (
    select
        'catalog' as source,
        offer.offer_id,
        offer.offer_name,
        offer.is_public,
        rate.pricing,
        rate.duration,
        rate.dimension_key,
        dimension.dimension_name,
        dimension.unit,
        rate.price_text,
        rate.currency,
        offer.last_modified_at
    from staging.catalog_rate as rate
    join staging.listed_offer as offer using (offer_id)
    left join staging.listed_dimension as dimension
        on dimension.product_id = offer.product_id and dimension.dimension_key = rate.dimension_key
    union all by name
    select
        'discovery' as source,
        offer_id,
        offer_name,
        true as is_public,
        pricing,
        duration,
        dimension_key,
        dimension_name,
        unit,
        price_text,
        currency
    from staging.discovery_rate
    union all by name
    select
        'typed' as source,
        'typed-' || captured_on as offer_id,
        true as is_public,
        pricing,
        duration,
        dimension_key,
        dimension_name,
        unit,
        price_text,
        'USD' as currency,
        cast(captured_on as timestamp) as last_modified_at
    from staging.listed_row
    qualify captured_on = max(captured_on) over ()
)
select
    source,
    offer_id,
    offer_name,
    is_public,
    pricing,
    duration,
    dimension_key,
    dimension_name,
    unit,
    price_text,
    listed_price(price_text) as price,
    currency,
    last_modified_at
from listed
