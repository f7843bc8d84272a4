-- one row per (surface, place, plan, term): a plan as a place shows it, by its newest capture
select
    surface,
    place,
    plan,
    term,
    plan_key,
    displayed_name,
    price_usd,
    per_month,
    badge,
    is_visible,
    price_id,
    trial_days,
    has_coupon_field,
    url,
    captured_on
from staging.surface_price
qualify captured_on = max(captured_on) over (partition by surface, place)
