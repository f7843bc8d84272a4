-- one row per (line_id): a line of a Stripe invoice; its period's end is exclusive
select
    line_id,
    invoice_id,
    subscription_id,
    price_id,
    is_proration = 'true' as is_proration,
    cents_to_usd(amount_cents) as amount_usd,
    cast(period_start_on as date) as period_start_on,
    cast(period_end_on as date) as period_end_on
from raw.stripe_invoice_line_item
