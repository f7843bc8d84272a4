-- one row per (product_id, valid_from): what held about a listed product from a time on
with
version as (
    select
        *,
        row_number() over newest_first as recency
    from raw.marketplace_product
    window newest_first as (
        partition by product_id, valid_from
        order by update_date desc, source_file desc, source_line desc
    )
)
select
    product_id,
    product_code,
    title,
    cast(valid_from as timestamp) as valid_from
from version
where recency = 1 and delete_date is null
