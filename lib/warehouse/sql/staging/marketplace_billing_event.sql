-- one row per (billing_event_id): money that moved at AWS, positive where it is owed to us; never sum across actions
with
version as (
    select
        *,
        row_number() over newest_first as recency
    from raw.marketplace_billing_event
    window newest_first as (
        partition by billing_event_id
        order by update_date desc, source_file desc, source_line desc
    )
)
select
    billing_event_id,
    action,
    transaction_type,
    starts_with(transaction_type, 'SELLER_REV_SHARE') as is_sale,
    starts_with(transaction_type, 'AWS_REV_SHARE') as is_listing_fee,
    from_account_id,
    agreement_id,
    offer_id,
    buyer_invoice_id,
    buyer_line_item_id,
    split_part(transaction_reference_id, '/', 2) as reference_key,
    split_part(transaction_reference_id, '/', 4) = 'proration' as is_proration,
    cast(amount as decimal(38, 6)) as amount_usd,
    utc_day(action_date) as action_on,
    utc_day(invoice_date) as invoiced_on,
    utc_day(usage_period_start_date) as period_start_on,
    utc_day(usage_period_end_date) + 1 as period_end_on
from version
where recency = 1 and delete_date is null
