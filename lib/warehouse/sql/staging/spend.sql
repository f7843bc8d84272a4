-- one row per (spend_month, category, product): what we spent
select
    cast(month as date) as spend_month,
    category,
    product,
    usd(amount_usd) as amount_usd
from raw.spend
