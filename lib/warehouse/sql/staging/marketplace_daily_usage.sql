-- one row per (usage_feed_id, valid_from): a day of a metered dimension as the marketplace counted it, and its estimate
select
    usage_feed_id,
    utc_day(usage_date) as usage_on,
    product_id,
    agreement_id,
    offer_id,
    end_user_account_id,
    dimension_key as dimension,
    usage_unit,
    cast(usage_quantity as decimal(18, 6)) as quantity,
    pricing_currency as currency,
    cast(estimated_revenue_in_pricing_currency as decimal(18, 6)) as estimated_revenue,
    cast(usage_rate_per_unit_in_pricing_currency as decimal(18, 9)) as unit_price,
    utc_instant(valid_from) as valid_from,
    held_until
from held.marketplace_daily_usage
