-- one row per (invoice_id, currency): the taxes on an invoice by who has to pay them on, beside what was billed of them
-- refunds come with the sign that AWS gives them; where no party is named, the tax is in `unnamed`
with
item as (
    select
        invoice_id,
        currency,
        sum(case when tax_liable_party = 'Seller' then tax_amount else 0 end) as ours,
        sum(case when tax_liable_party = 'AWS' then tax_amount else 0 end) as aws,
        sum(case when tax_liable_party in ('Seller', 'AWS') then 0 else tax_amount end) as unnamed
    from staging.marketplace_tax_item
    where held_until = timestamp '9999-12-31'
    group by invoice_id, currency
),
billed as (
    select
        invoice_id,
        currency,
        sum(seller_tax) as seller_tax,
        sum(aws_tax) as aws_tax
    from marts.marketplace_line
    group by invoice_id, currency
)
select
    item.invoice_id,
    item.currency,
    cast(item.ours as decimal(18, 6)) as ours,
    cast(item.aws as decimal(18, 6)) as aws,
    cast(item.unnamed as decimal(18, 6)) as unnamed,
    cast(billed.seller_tax as decimal(18, 6)) as billed_ours,
    cast(billed.aws_tax as decimal(18, 6)) as billed_aws
from item
left join billed on item.invoice_id = billed.invoice_id and item.currency = billed.currency
