-- Invoice lines add up to what each rail recorded as invoiced
with
side as (
    select
        'stripe' as rail,
        line.amount_usd as recorded_usd,
        0 as line_usd
    from staging.stripe_invoice_line_item as line
    left join staging.stripe_invoice as invoice on line.invoice_id = invoice.invoice_id
    where coalesce(invoice.status, 'open') not in ('draft', 'void')
    union all
    select
        'aws' as rail,
        cast(amount_usd as decimal(18, 2)) as recorded_usd,
        0 as line_usd
    from staging.marketplace_billing_event
    where
        action = 'INVOICED'
        and part in ('gross', 'refund')
        and currency = 'USD'
        and product_id not in (select product_id from marts.marketplace_product where not is_ours)
    union all
    select
        rail,
        0 as recorded_usd,
        amount_usd as line_usd
    from marts.invoice_line
)
select
    rail,
    sum(recorded_usd) as recorded_usd,
    sum(line_usd) as line_usd
from side
group by rail
having sum(recorded_usd) <> sum(line_usd)
