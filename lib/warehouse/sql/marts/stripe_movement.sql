-- one row per (balance_transaction_id): a sale, what takes one back, or a fee, and the invoice it belongs to
-- the balance names a charge, a refund or a dispute: the invoice's payment ties it to the invoice. What belongs to no
-- invoice (a fee for a month, a payment without one) stands under the id of what it came from
with
paid_intent as (
    select payment_intent_id, min(invoice_id) as invoice_id
    from (
        select payment_intent_id, invoice_id from staging.stripe_invoice_payment
        union all
        select payment_intent_id, invoice_id from staging.stripe_payment
    )
    where payment_intent_id is not null and invoice_id is not null
    group by payment_intent_id
),
paid_charge as (
    select charge_id, min(invoice_id) as invoice_id
    from (
        select charge_id, invoice_id from staging.stripe_invoice_payment
        union all
        select charge_id, invoice_id from staging.stripe_payment
        union all
        select charge_id, invoice_id from staging.stripe_invoice
    )
    where charge_id is not null and invoice_id is not null
    group by charge_id
),
-- an export lists a charge's method once, with the payment
paid_by as (
    select charge_id, payment_method_type, card_country
    from staging.stripe_payment
),
movement as (
    select
        movement.*,
        coalesce(movement.charge_id, movement.source_id) as of_charge_id
    from staging.stripe_balance_transaction as movement
    where movement.kind in ('sale', 'fee')
)
select
    movement.balance_transaction_id,
    movement.kind,
    movement.is_charge,
    coalesce(
        movement.invoice_id,
        case when starts_with(movement.source_id, 'in_') then movement.source_id end,
        paid_intent.invoice_id,
        paid_charge.invoice_id,
        movement.source_id,
        movement.balance_transaction_id
    ) as invoice_id,
    case
        when movement.kind = 'fee' then null
        when lower(coalesce(movement.payment_method_type, paid_by.payment_method_type)) in
            ('us_bank_account', 'ach_debit', 'ach_credit_transfer')
            then 'ach'
        when lower(coalesce(movement.payment_method_type, paid_by.payment_method_type)) = 'card'
            and coalesce(movement.card_country, paid_by.card_country, 'US') <> 'US'
            then 'card_international'
        else lower(coalesce(movement.payment_method_type, paid_by.payment_method_type))
    end as payment_method,
    movement.created_on,
    movement.available_on,
    movement.amount_usd,
    movement.fee_usd,
    movement.net_usd
from movement
left join paid_intent on movement.payment_intent_id = paid_intent.payment_intent_id
left join paid_charge on movement.of_charge_id = paid_charge.charge_id
left join paid_by on movement.of_charge_id = paid_by.charge_id
