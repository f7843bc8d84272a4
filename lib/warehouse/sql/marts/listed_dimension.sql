-- one row per (product_id, dimension_key): a dimension of the AWS listing
-- what somebody wrote down is the product `typed`
select
    product_id,
    dimension_key,
    dimension_name,
    description,
    unit,
    types,
    last_modified_at
from staging.listed_dimension
union all
select
    'typed' as product_id,
    dimension_key,
    max(dimension_name) as dimension_name,
    null as description,
    max(unit) as unit,
    null as types,
    cast(max(captured_on) as timestamp) as last_modified_at
from (from staging.listed_row qualify captured_on = max(captured_on) over ())
group by dimension_key
