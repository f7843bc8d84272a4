-- one row per (invoice_id): an invoice of Stripe's that asks for more or less than its lines; no drafts, nothing voided
-- lines come after their discounts and without tax: what is asked above them is tax, and so is what a credit gives back
-- beyond its lines. What is asked below the lines is no tax: `other_usd`, negative
with
line as (
    select
        invoice_id,
        sum(amount_usd) as lines_usd
    from staging.stripe_invoice_line_item
    group by invoice_id
),
asked as (
    select
        invoice.invoice_id,
        invoice.invoiced_on,
        invoice.total_usd,
        invoice.total_usd - line.lines_usd as beyond_usd,
        sign(invoice.total_usd - line.lines_usd) = sign(line.lines_usd) as is_tax
    from staging.stripe_invoice as invoice
    inner join line on invoice.invoice_id = line.invoice_id
    where coalesce(invoice.status, 'open') not in ('draft', 'void') and invoice.total_usd <> line.lines_usd
)
select
    invoice_id,
    invoiced_on,
    total_usd,
    cast(case when is_tax then beyond_usd else 0 end as decimal(18, 2)) as tax_usd,
    cast(case when is_tax then 0 else beyond_usd end as decimal(18, 2)) as other_usd
from asked
