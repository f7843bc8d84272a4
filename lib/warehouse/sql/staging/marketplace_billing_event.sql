-- one row per (billing_event_id): money that moved at AWS, positive where it is owed to us; never sum across actions
-- the amount is in `currency`; `sale_id` is the buyer's invoice that the event is about, whatever invoice it stands on
select
    billing_event_id,
    action,
    aws_part(transaction_type, charge_variant, charge_side) as part,
    parent_billing_event_id,
    disbursement_billing_event_id,
    from_account_id,
    coalesce(recipient_account_id, '') as recipient_account_id,
    coalesce(product_id, '') as product_id,
    agreement_id,
    offer_id,
    invoice_id,
    line_item_id,
    buyer_invoice_id,
    buyer_line_item_id,
    case
        when transaction_type = 'BALANCE_ADJUSTMENT' then 'adjustment-' || utc_day(action_date)
        else coalesce(buyer_invoice_id, invoice_id, billing_event_id)
    end as sale_id,
    balance_impacting = '1' as is_balance_impacting,
    split_part(transaction_reference_id, '/', 2) as reference_key,
    split_part(transaction_reference_id, '/', 4) = 'proration' as is_proration,
    cast(amount as decimal(38, 6)) as amount,
    currency,
    utc_day(action_date) as action_on,
    utc_day(invoice_date) as invoiced_on,
    utc_day(usage_period_start_date) as period_start_on,
    utc_day(usage_period_end_date) + 1 as period_end_on
from held.marketplace_billing_event
