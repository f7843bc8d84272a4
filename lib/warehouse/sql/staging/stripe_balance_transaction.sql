-- one row per (balance_transaction_id): a movement of Stripe's balance; a stripe_fee is a movement of its own
-- kind: a sale (charges, and what takes them back: refunds and disputes), a fee, a payout, or our own money moved about
select
    balance_transaction_id,
    case
        when coalesce(type, reporting_category) in
            ('stripe_fee', 'stripe_fx_fee', 'tax_fee', 'fee', 'tax', 'network_cost')
            then 'fee'
        when regexp_matches(coalesce(type, reporting_category), '^payout') then 'payout'
        when regexp_matches(
            coalesce(type, reporting_category),
            '^(topup|transfer|reserve|payment_network_reserve|advance|anticipation|inbound_transfer|obligation'
            || '|issuing|climate|contribution|stripe_balance_payment|fee_credit_funding|risk_reserved|financing)'
        ) then 'own money'
        else 'sale'
    end as kind,
    coalesce(type, reporting_category) in ('charge', 'payment') as is_charge,
    source_id,
    charge_id,
    payment_intent_id,
    invoice_id,
    payment_method_type,
    card_country,
    usd(amount_usd) as amount_usd,
    usd(fee_usd) as fee_usd,
    usd(net_usd) as net_usd,
    utc_day(created_at) as created_on,
    utc_day(available_at) as available_on
from raw.stripe_balance_transaction
