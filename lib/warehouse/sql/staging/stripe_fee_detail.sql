-- one row per (balance_transaction_id, type, description): what the fee of a movement is made of
-- parts have no ids: where two files tell of one movement, the last of them counts
select
    balance_transaction_id,
    type,
    coalesce(description, '') as description,
    cast(sum(usd(amount_usd)) as decimal(18, 2)) as amount_usd
from (
    select
        *,
        max(source_file) over (partition by balance_transaction_id) as told_in
    from raw.stripe_fee_detail
)
where source_file = told_in
group by all
