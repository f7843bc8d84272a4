-- one row per (invoice_payment_id): a payment and the invoice it settles
select
    invoice_payment_id,
    invoice_id,
    payment_intent_id,
    charge_id
from raw.stripe_invoice_payment
where coalesce(status, 'paid') <> 'canceled'
