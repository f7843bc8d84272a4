-- one row per (rail, payment_method, customer_id, tier, plan_key, settled_month): from list price to what is left
-- the columns add up as those of marts.settlement do; taxes are in none of the sums
select
    rail,
    payment_method,
    customer_id,
    tier,
    plan_key,
    settled_month,
    cast(sum(list_usd) as decimal(18, 2)) as list_usd,
    cast(sum(discount_usd) as decimal(18, 2)) as discount_usd,
    cast(sum(refund_usd) as decimal(18, 2)) as refund_usd,
    cast(sum(gross_usd) as decimal(18, 2)) as gross_usd,
    cast(sum(fee_charged_usd) as decimal(18, 2)) as fee_charged_usd,
    cast(sum(fee_returned_usd) as decimal(18, 2)) as fee_returned_usd,
    cast(sum(fee_usd) as decimal(18, 2)) as fee_usd,
    cast(sum(net_usd) as decimal(18, 2)) as net_usd,
    cast(sum(tax_usd) as decimal(18, 2)) as tax_usd,
    cast(sum(net_usd - paid_usd) as decimal(18, 2)) as undisbursed_usd,
    count(*) as invoice_count
from marts.settlement
group by rail, payment_method, customer_id, tier, plan_key, settled_month
