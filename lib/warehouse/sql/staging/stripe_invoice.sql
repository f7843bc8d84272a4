-- one row per (invoice_id): an invoice at Stripe
select
    id as invoice_id,
    customer as stripe_customer_id,
    subscription as subscription_id,
    status,
    usd(total) as total_usd,
    utc_day("Date (UTC)") as invoiced_on,
    utc_day("Paid At (UTC)") as paid_on
from raw.stripe_invoice
