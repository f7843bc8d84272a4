-- one row per (invoice_id, line_id, recipient_account_id, currency): what one line of a buyer's invoice brought us
-- the parts are those invoiced, with their signs: a fee is negative, and stands on an invoice of its own
-- net is AWS's: it holds taxes that we have to pay on; `disbursed_on` is null while something is still to be paid out
with
-- what went into a payment that failed was never paid, and nor was what took it back
failed as (
    select parent_billing_event_id as disbursement_id
    from staging.marketplace_billing_event
    where part = 'disbursement_failure'
    union
    select billing_event_id
    from staging.marketplace_billing_event
    where part = 'disbursement_failure'
),
placed as (
    select
        event.*,
        case
            when event.part = 'adjustment' then 'adjustment-' || event.action_on
            else coalesce(event.buyer_invoice_id, event.invoice_id, event.billing_event_id)
        end as sale_id,
        case
            when event.part = 'adjustment' then ''
            when event.buyer_invoice_id is not null then coalesce(event.buyer_line_item_id, '')
            else coalesce(event.line_item_id, '')
        end as sale_line_id,
        event.action = 'DISBURSED' and failed.disbursement_id is null as is_paid,
        event.part in ('gross', 'refund', 'fee', 'fee_refund') as is_settled
    from staging.marketplace_billing_event as event
    left join failed on event.disbursement_billing_event_id = failed.disbursement_id
    where event.part not in ('disbursement', 'disbursement_failure')
),
summed as (
    select
        sale_id as invoice_id,
        sale_line_id as line_id,
        recipient_account_id,
        currency,
        max(agreement_id) as agreement_id,
        nullif(max(product_id), '') as product_id,
        min(case when action = 'INVOICED' then action_on end) as invoiced_on,
        max(case when is_paid then action_on end) as paid_on,
        sum(case when action = 'INVOICED' and part = 'gross' then amount_usd else 0 end) as gross,
        sum(case when action = 'INVOICED' and part = 'refund' then amount_usd else 0 end) as refund,
        sum(case when action = 'INVOICED' and part = 'fee' then amount_usd else 0 end) as fee,
        sum(case when action = 'INVOICED' and part = 'fee_refund' then amount_usd else 0 end) as fee_refund,
        sum(case when action = 'INVOICED' and part = 'seller_tax' then amount_usd else 0 end) as seller_tax,
        sum(case when action = 'INVOICED' and part = 'other_seller_tax' then amount_usd else 0 end)
            as other_seller_tax,
        sum(case when action = 'INVOICED' and part = 'aws_tax' then amount_usd else 0 end) as aws_tax,
        sum(case when action = 'INVOICED' and part = 'wholesale' then amount_usd else 0 end) as wholesale,
        sum(case when action = 'INVOICED' and part = 'infrastructure' then amount_usd else 0 end) as infrastructure,
        sum(case when action = 'INVOICED' and part = 'adjustment' then amount_usd else 0 end) as adjustment,
        sum(case when action = 'INVOICED' and part = 'other' then amount_usd else 0 end) as other,
        sum(case
            when action <> 'INVOICED' then 0
            when part in ('aws_tax', 'other') and not coalesce(is_balance_impacting, false) then 0
            else amount_usd
        end) as net,
        abs(sum(case when action = 'FORGIVEN' and part in ('gross', 'refund') then amount_usd else 0 end))
            as forgiven,
        abs(sum(case when action = 'FORGIVEN' and part in ('fee', 'fee_refund') then amount_usd else 0 end))
            as forgiven_fee,
        -sum(case when is_paid and is_settled then amount_usd else 0 end) as paid
    from placed
    group by sale_id, sale_line_id, recipient_account_id, currency
)
select
    summed.invoice_id,
    summed.line_id,
    summed.recipient_account_id,
    summed.currency,
    summed.agreement_id,
    summed.product_id,
    coalesce(product.is_ours, true) as is_ours,
    summed.invoiced_on,
    case
        when summed.gross + summed.refund + summed.fee + summed.fee_refund - summed.forgiven + summed.forgiven_fee
            = summed.paid
            then summed.paid_on
    end as disbursed_on,
    cast(summed.gross as decimal(18, 6)) as gross,
    cast(summed.refund as decimal(18, 6)) as refund,
    cast(summed.fee as decimal(18, 6)) as fee,
    cast(summed.fee_refund as decimal(18, 6)) as fee_refund,
    cast(summed.seller_tax as decimal(18, 6)) as seller_tax,
    cast(summed.other_seller_tax as decimal(18, 6)) as other_seller_tax,
    cast(summed.aws_tax as decimal(18, 6)) as aws_tax,
    cast(summed.wholesale as decimal(18, 6)) as wholesale,
    cast(summed.infrastructure as decimal(18, 6)) as infrastructure,
    cast(summed.adjustment as decimal(18, 6)) as adjustment,
    cast(summed.other as decimal(18, 6)) as other,
    cast(summed.net as decimal(18, 2)) as net,
    cast(summed.forgiven as decimal(18, 6)) as forgiven,
    cast(summed.forgiven_fee as decimal(18, 6)) as forgiven_fee,
    cast(summed.paid as decimal(18, 6)) as paid,
    rate_of(summed.fee + summed.fee_refund, summed.gross + summed.refund) as fee_rate
from summed
left join marts.marketplace_product as product on summed.product_id = product.product_id
