-- one row per (invoice_id, currency): what AWS's reports say of an invoice beside what its feeds add up to
-- `is_equal` is null where one of the two is missing; amounts are compared in cents, as the reports round them
with
report as (
    select
        invoice_id,
        currency,
        sum(gross + refund) as gross,
        sum(fee + fee_refund) as fee,
        sum(net) as net
    from staging.billed_revenue_report
    group by invoice_id, currency
),
collected as (
    select
        invoice_id,
        currency,
        sum(disbursed) as disbursed
    from staging.collections_report
    group by invoice_id, currency
),
told as (
    select invoice_id, currency from report
    union
    select invoice_id, currency from collected
),
line as (
    select
        invoice_id,
        currency,
        sum(gross + refund) as gross,
        sum(fee + fee_refund) as fee,
        sum(net) as net
    from marts.marketplace_line
    group by invoice_id, currency
)
select
    told.invoice_id,
    told.currency,
    cast(report.gross as decimal(18, 2)) as reported_gross,
    cast(line.gross as decimal(18, 2)) as gross,
    cast(report.fee as decimal(18, 2)) as reported_fee,
    cast(line.fee as decimal(18, 2)) as fee,
    cast(report.net as decimal(18, 2)) as reported_net,
    cast(line.net as decimal(18, 2)) as net,
    cast(collected.disbursed as decimal(18, 2)) as reported_disbursed,
    cast(report.gross as decimal(18, 2)) = cast(line.gross as decimal(18, 2))
    and cast(report.fee as decimal(18, 2)) = cast(line.fee as decimal(18, 2)) as is_equal
from told
left join report on told.invoice_id = report.invoice_id and told.currency = report.currency
left join collected on told.invoice_id = collected.invoice_id and told.currency = collected.currency
left join line on told.invoice_id = line.invoice_id and told.currency = line.currency
