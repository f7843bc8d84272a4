-- one row per (product_id, dimension_key): a dimension of the AWS listing
select
    product_id,
    dimension_key,
    dimension_name,
    description,
    unit,
    types,
    last_modified_at
from staging.listed_dimension
