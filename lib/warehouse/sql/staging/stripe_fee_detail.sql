-- one row per (balance_transaction_id, type, description): what the fee of a movement is made of
select
    balance_transaction_id,
    type,
    coalesce(description, '') as description,
    cast(sum(usd(amount_usd)) as decimal(18, 2)) as amount_usd
from raw.stripe_fee_detail
group by all
