-- Invoice lines add up to what each rail recorded as invoiced
with
recorded as (
    select 'stripe' as rail, sum(line.amount_usd) as amount_usd
    from staging.stripe_invoice_line_item as line
    left join staging.stripe_invoice as invoice on line.invoice_id = invoice.invoice_id
    where coalesce(invoice.status, 'open') not in ('draft', 'void')
    union all
    select 'aws' as rail, sum(cast(amount_usd as decimal(18, 2))) as amount_usd
    from staging.marketplace_billing_event
    where action = 'INVOICED' and is_sale
),
line as (
    select rail, sum(amount_usd) as amount_usd
    from marts.invoice_line
    group by rail
)
select
    recorded.rail,
    recorded.amount_usd as recorded_usd,
    line.amount_usd as line_usd
from recorded
left join line on recorded.rail = line.rail
where recorded.amount_usd is distinct from line.amount_usd
