-- one row per (line_id): a line of a Stripe invoice after its own discounts; its period's end is exclusive
select
    line_id,
    invoice_id,
    subscription_id,
    price_id,
    coalesce(is_proration = 'yes', false) as is_proration,
    cast(usd(amount_usd) - usd(coalesce(discount_usd, '0')) as decimal(18, 2)) as amount_usd,
    cast(usd(coalesce(discount_usd, '0')) as decimal(18, 2)) as discount_usd,
    cast(period_start_on as date) as period_start_on,
    cast(period_end_on as date) as period_end_on
from raw.stripe_invoice_line_item
