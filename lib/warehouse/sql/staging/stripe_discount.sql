-- one row per (discount_id): a coupon at work on a subscription, on one of its prices, or on a customer
select
    discount_id,
    coupon_id,
    stripe_customer_id,
    subscription_id,
    subscription_item_id,
    promotion_code_id,
    utc_day(starts_at) as starts_on,
    utc_day(ends_at) as ends_on
from raw.stripe_discount
