-- one row per (spend_month, category, product): what we spent on a product in a month
select
    spend_month,
    category,
    product,
    amount_usd
from staging.spend
