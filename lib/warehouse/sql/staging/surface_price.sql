-- one row per (surface, place, plan, term, captured_on): a plan as a place showed it on the day somebody looked
select
    surface,
    place,
    plan,
    term,
    plan || '-' || term as plan_key,
    displayed_name,
    usd(price_usd) as price_usd,
    per_month,
    badge,
    is_visible = 'yes' as is_visible,
    price_id,
    cast(trial_days as integer) as trial_days,
    has_coupon_field = 'yes' as has_coupon_field,
    url,
    cast(captured_on as date) as captured_on
from raw.surface_price
