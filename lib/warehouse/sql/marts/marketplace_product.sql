-- one row per (product_id): a listing the feeds speak of; others of the same seller are not ours to count
with
known as (
    select product_id from staging.marketplace_product
    union
    select product_id from staging.marketplace_offer_product
    union
    select product_id from staging.marketplace_daily_usage where product_id is not null
    union
    select product_id from staging.marketplace_billing_event where product_id <> ''
),
title as (
    select
        product_id,
        arg_max(title, valid_from) as title,
        arg_max(product_code, valid_from) as product_code
    from staging.marketplace_product
    group by product_id
),
-- a listing of before 2020 goes by two ids
named as (
    select
        known.product_id,
        coalesce(legacy.new_id, known.product_id) as current_id
    from known
    left join staging.marketplace_legacy_id as legacy
        on legacy.mapping_type = 'PRODUCT' and known.product_id = legacy.legacy_id
),
listed as (
    select count(*) as products from staging.own_product
)
select
    named.product_id,
    named.current_id,
    title.title,
    title.product_code,
    listed.products = 0 or own.product_id is not null as is_ours
from named
cross join listed
left join title on named.current_id = title.product_id
left join staging.own_product as own on named.current_id = own.product_id
