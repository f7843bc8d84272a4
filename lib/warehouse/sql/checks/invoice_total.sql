-- Invoice lines add up to what each rail recorded as invoiced, to half a cent per invoice, as AWS bills less than cents
with
side as (
    select
        'stripe' as rail,
        line.invoice_id,
        line.amount_usd as recorded_usd,
        0 as line_usd
    from staging.stripe_invoice_line_item as line
    left join staging.stripe_invoice as invoice on line.invoice_id = invoice.invoice_id
    where coalesce(invoice.status, 'open') not in ('draft', 'void')
    union all
    select
        'aws' as rail,
        sale_id as invoice_id,
        cast(amount as decimal(18, 6)) as recorded_usd,
        0 as line_usd
    from marts.marketplace_event
    where action = 'INVOICED' and part in ('gross', 'refund') and currency = 'USD' and is_ours
    union all
    select
        rail,
        invoice_id,
        0 as recorded_usd,
        amount_usd as line_usd
    from marts.invoice_line
)
select
    rail,
    invoice_id,
    sum(recorded_usd) as recorded_usd,
    sum(line_usd) as line_usd
from side
group by rail, invoice_id
having sum(recorded_usd) - sum(line_usd) not between -0.005 and 0.005
