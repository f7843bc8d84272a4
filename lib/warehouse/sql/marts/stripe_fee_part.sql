-- one row per (invoice_id, fee_type): what Stripe kept of an invoice's money, by what for
with
detailed as (
    select
        balance_transaction_id,
        type,
        sum(amount_usd) as fee_usd
    from staging.stripe_fee_detail
    group by balance_transaction_id, type
),
part as (
    select
        movement.invoice_id,
        case when movement.kind = 'fee' then 'billing' else coalesce(detailed.type, 'stripe_fee') end as fee_type,
        case
            when movement.kind = 'fee' then movement.fee_usd - movement.amount_usd
            else coalesce(detailed.fee_usd, movement.fee_usd)
        end as fee_usd
    from marts.stripe_movement as movement
    left join detailed
        on movement.balance_transaction_id = detailed.balance_transaction_id
        and movement.kind = 'sale'
)
select
    invoice_id,
    fee_type,
    cast(sum(fee_usd) as decimal(18, 2)) as fee_usd
from part
where fee_usd <> 0
group by invoice_id, fee_type
