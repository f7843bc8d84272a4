-- one row per (line_id): a line of a Stripe invoice; its period's end is exclusive
select
    id as line_id,
    invoice_id,
    subscription as subscription_id,
    price_id,
    proration = 'true' as is_proration,
    cents_to_usd(amount) as amount_usd,
    cast(period_start as date) as period_start_on,
    cast(period_end as date) as period_end_on
from raw.stripe_invoice_line_item
