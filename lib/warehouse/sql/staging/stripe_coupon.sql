-- one row per (coupon_id): what a coupon takes off; product_ids is a JSON list, null where it is for every product
select
    coupon_id,
    coupon_name,
    cast(percent_off as decimal(18, 6)) as percent_off,
    usd(amount_off_usd) as amount_off_usd,
    duration,
    cast(duration_in_months as integer) as duration_in_months,
    nullif(products, '[]') as product_ids
from raw.stripe_coupon
