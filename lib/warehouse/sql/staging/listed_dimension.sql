-- one row per (product_id, dimension_key): what a listed product is sold or metered by
select
    entity_id as product_id,
    dimension ->> '$.Key' as dimension_key,
    dimension ->> '$.Name' as dimension_name,
    dimension ->> '$.Description' as description,
    dimension ->> '$.Unit' as unit,
    array_to_string(dimension ->> '$.Types[*]', ', ') as types,
    utc_instant(last_modified_at) as last_modified_at
from raw.listed_entity, unnest(document -> '$.Dimensions[*]') as listed(dimension)
where entity_type like 'SaaSProduct%'
