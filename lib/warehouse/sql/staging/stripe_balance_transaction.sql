-- one row per (balance_transaction_id): a movement of Stripe's balance; a stripe_fee is a movement of its own
select
    id as balance_transaction_id,
    type,
    source as invoice_id,
    payment_method_type,
    cents_to_usd(amount) as amount_usd,
    cents_to_usd(fee) as fee_usd,
    cents_to_usd(net) as net_usd,
    utc_day(created) as created_on,
    utc_day(available_on) as available_on
from raw.stripe_balance_transaction
