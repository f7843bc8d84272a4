-- one row per (offer_id): an offer in our catalog; the public listing is what is released and meant for no one buyer
select
    entity_id as offer_id,
    document ->> '$.ProductId' as product_id,
    document ->> '$.Name' as offer_name,
    document ->> '$.State' = 'Released'
    and len(document -> '$.Rules[*].PositiveTargeting.BuyerAccounts[*]') = 0 as is_public,
    utc_instant(last_modified_at) as last_modified_at
from raw.listed_entity
where entity_type like 'Offer%'
