-- one row per (invoice_id, line_id, recipient_account_id, currency): what one line of a buyer's invoice brought us
-- the parts are those invoiced, with their signs: a fee is negative, and stands on an invoice of its own
-- net is AWS's: it holds taxes that we have to pay on, `tax_in_net`; `is_open` while something is still to be paid out;
-- `disbursed_on` is null until then, and where nothing was ever due: it was forgiven, or refunded before any payment
-- `due_on` is the day by which the buyer pays, where the feed tells; `is_resold` where a channel partner sold it for us
with
summed as (
    select
        sale_id as invoice_id,
        sale_line_id as line_id,
        recipient_account_id,
        currency,
        max(agreement_id) as agreement_id,
        max(line_product_id) as product_id,
        bool_and(is_ours) as is_ours,
        coalesce(bool_or(is_resold), false) as is_resold,
        coalesce(
            min(case when action = 'INVOICED' and part not in ('fee', 'fee_refund') then invoiced_on end),
            min(case when action = 'INVOICED' then invoiced_on end)
        ) as invoiced_on,
        max(case when action = 'INVOICED' then due_on end) as due_on,
        max(case when is_paid then action_on end) as paid_on,
        sum(case when action = 'INVOICED' and part = 'gross' then amount else 0 end) as gross,
        sum(case when action = 'INVOICED' and part = 'refund' then amount else 0 end) as refund,
        sum(case when action = 'INVOICED' and part = 'fee' then amount else 0 end) as fee,
        sum(case when action = 'INVOICED' and part = 'fee_refund' then amount else 0 end) as fee_refund,
        sum(case when action = 'INVOICED' and part = 'seller_tax' then amount else 0 end) as seller_tax,
        sum(case when action = 'INVOICED' and part = 'other_seller_tax' then amount else 0 end)
            as other_seller_tax,
        sum(case when action = 'INVOICED' and part = 'aws_tax' then amount else 0 end) as aws_tax,
        sum(case when action = 'INVOICED' and part = 'wholesale' then amount else 0 end) as wholesale,
        sum(case when action = 'INVOICED' and part = 'infrastructure' then amount else 0 end) as infrastructure,
        sum(case when action = 'INVOICED' and part = 'adjustment' then amount else 0 end) as adjustment,
        sum(case when action = 'INVOICED' and part = 'other' then amount else 0 end) as other,
        sum(case
            when action = 'INVOICED' and part in ('seller_tax', 'other_seller_tax', 'aws_tax') and not is_informational
                then amount
            else 0
        end) as tax_in_net,
        sum(case when action = 'INVOICED' and not is_informational then amount else 0 end) as net,
        sum(case when part in ('gross', 'refund') then forgiven else 0 end) as forgiven,
        sum(case when part in ('fee', 'fee_refund') then forgiven else 0 end) as forgiven_fee,
        -sum(case when is_paid and part in ('gross', 'refund', 'fee', 'fee_refund') then amount else 0 end) as paid
    from marts.marketplace_event
    group by sale_id, sale_line_id, recipient_account_id, currency
),
owed as (
    select
        *,
        gross + refund + fee + fee_refund - forgiven + forgiven_fee as due
    from summed
)
select
    owed.invoice_id,
    owed.line_id,
    owed.recipient_account_id,
    owed.currency,
    owed.agreement_id,
    owed.product_id,
    owed.is_ours,
    owed.is_resold,
    owed.invoiced_on,
    owed.due_on,
    owed.due <> owed.paid as is_open,
    case when owed.due = owed.paid then owed.paid_on end as disbursed_on,
    cast(owed.gross as decimal(18, 6)) as gross,
    cast(owed.refund as decimal(18, 6)) as refund,
    cast(owed.fee as decimal(18, 6)) as fee,
    cast(owed.fee_refund as decimal(18, 6)) as fee_refund,
    cast(owed.seller_tax as decimal(18, 6)) as seller_tax,
    cast(owed.other_seller_tax as decimal(18, 6)) as other_seller_tax,
    cast(owed.aws_tax as decimal(18, 6)) as aws_tax,
    cast(owed.tax_in_net as decimal(18, 6)) as tax_in_net,
    cast(owed.wholesale as decimal(18, 6)) as wholesale,
    cast(owed.infrastructure as decimal(18, 6)) as infrastructure,
    cast(owed.adjustment as decimal(18, 6)) as adjustment,
    cast(owed.other as decimal(18, 6)) as other,
    cast(owed.net as decimal(18, 2)) as net,
    cast(owed.forgiven as decimal(18, 6)) as forgiven,
    cast(owed.forgiven_fee as decimal(18, 6)) as forgiven_fee,
    cast(owed.paid as decimal(18, 6)) as paid,
    rate_of(owed.fee + owed.fee_refund, owed.gross + owed.refund) as fee_rate
from owed
