-- one row per (product_id, valid_from): what held about a listed product from a time on
select
    product_id,
    product_code,
    manufacturer_account_id,
    title,
    utc_instant(valid_from) as valid_from,
    held_from,
    held_until
from held.marketplace_product
