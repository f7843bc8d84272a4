-- one row per (rail, payment_method, settled_month): taken in, kept by the rail, not paid out yet
select
    rail,
    payment_method,
    settled_month,
    cast(sum(gross_usd) as decimal(18, 2)) as gross_usd,
    cast(sum(fee_usd) as decimal(18, 2)) as fee_usd,
    cast(sum(net_usd) as decimal(18, 2)) as net_usd,
    cast(sum(net_usd - paid_usd) as decimal(18, 2)) as undisbursed_usd,
    count(*) as invoice_count
from marts.settlement
group by rail, payment_method, settled_month
