-- Lines of marketplace invoices add up to what AWS invoiced, payments aside
with
side as (
    select
        currency,
        cast(amount as decimal(18, 6)) as recorded,
        0 as in_lines
    from staging.marketplace_billing_event
    where action = 'INVOICED' and part not in ('disbursement', 'disbursement_failure')
    union all
    select
        currency,
        0 as recorded,
        gross + refund + fee + fee_refund + seller_tax + other_seller_tax + aws_tax + wholesale + infrastructure
        + adjustment + other as in_lines
    from marts.marketplace_line
)
select
    currency,
    sum(recorded) as recorded,
    sum(in_lines) as in_lines
from side
group by currency
having sum(recorded) <> sum(in_lines)
