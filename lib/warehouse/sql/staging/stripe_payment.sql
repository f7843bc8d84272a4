-- one row per (charge_id): a payment as the dashboard lists it
select
    charge_id,
    payment_intent_id,
    invoice_id,
    payment_method_type,
    card_country
from raw.stripe_payment
