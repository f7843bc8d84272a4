-- one row per (balance_transaction_id): a movement of Stripe's balance; a stripe_fee is a movement of its own
select
    balance_transaction_id,
    type,
    source_id as invoice_id,
    payment_method_type,
    cents_to_usd(amount_cents) as amount_usd,
    cents_to_usd(fee_cents) as fee_usd,
    cents_to_usd(net_cents) as net_usd,
    utc_day(created_at) as created_on,
    utc_day(available_at) as available_on
from raw.stripe_balance_transaction
