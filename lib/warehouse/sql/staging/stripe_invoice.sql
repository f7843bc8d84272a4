-- one row per (invoice_id): an invoice at Stripe
select
    invoice_id,
    stripe_customer_id,
    subscription_id,
    status,
    charge_id,
    usd(total_usd) as total_usd,
    utc_day(invoiced_at) as invoiced_on,
    utc_day(paid_at) as paid_on
from raw.stripe_invoice
