-- one row per (balance_transaction_id): a payout of Stripe's that arrived, and the day it left
-- one that failed or was canceled came back under its own id, and paid nothing out: no row
select
    sent.balance_transaction_id,
    sent.created_on as paid_out_on
from staging.stripe_balance_transaction as sent
where
    sent.kind = 'payout'
    and sent.amount_usd < 0
    and not exists (
        select 1 from staging.stripe_balance_transaction as returned
        where returned.kind = 'payout' and returned.amount_usd > 0 and returned.source_id = sent.source_id
    )
