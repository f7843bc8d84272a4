-- one row per (billing_event_id): money that moved at AWS, positive where it is owed to us; never sum across actions
-- the amount is in `currency`; `sale_id` is the buyer's invoice that the event is about, whatever invoice it stands on
-- `invoiced_on` is the day of its invoice as that is dated, also where AWS writes the event down a day later; what is
-- given back is of the day it was given back on, so that it changes no month before
-- `is_informational`: AWS's taxes, and types AWS has added since, count only where they move our balance
select
    billing_event_id,
    source_file,
    source_line,
    action,
    transaction_type,
    aws_part(transaction_type, charge_variant, charge_side) as part,
    parent_billing_event_id,
    disbursement_billing_event_id,
    from_account_id,
    coalesce(recipient_account_id, '') as recipient_account_id,
    coalesce(product_id, '') as product_id,
    agreement_id,
    offer_id,
    invoice_id,
    invoice_variant,
    charge_variant,
    coalesce(charge_variant = 'RESALE' and charge_side = 'SELLING', false) as is_resold,
    line_item_id,
    buyer_invoice_id,
    buyer_line_item_id,
    case
        when transaction_type = 'BALANCE_ADJUSTMENT' then 'adjustment-' || utc_day(action_date)
        else coalesce(buyer_invoice_id, invoice_id, billing_event_id)
    end as sale_id,
    ends_with(transaction_type, '_REFUND') or ends_with(transaction_type, '_CREDIT') as is_refund,
    aws_part(transaction_type, charge_variant, charge_side) in ('aws_tax', 'other')
    and not coalesce(balance_impacting = '1', false) as is_informational,
    split_part(transaction_reference_id, '/', 2) as reference_key,
    split_part(transaction_reference_id, '/', 4) = 'proration' as is_proration,
    transaction_reference_id,
    end_user_account_id,
    billing_address_id,
    bank_trace_id,
    disbursement_reference_number,
    broker_id,
    catalog,
    cast(amount as decimal(38, 6)) as amount,
    currency,
    utc_day(action_date) as action_on,
    case
        when ends_with(transaction_type, '_REFUND') or ends_with(transaction_type, '_CREDIT')
            then utc_day(action_date)
        else utc_day(coalesce(invoice_date, action_date))
    end as invoiced_on,
    utc_day(payment_due_date) as due_on,
    utc_day(usage_period_start_date) as period_start_on,
    utc_day(usage_period_end_date) + 1 as period_end_on
from held.marketplace_billing_event
