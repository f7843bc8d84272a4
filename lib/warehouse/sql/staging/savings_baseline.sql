-- one row per (customer_id, product, metric): what a customer spent before us, and now
select
    customer_id,
    product,
    metric,
    usd(baseline_monthly_usd) as baseline_monthly_usd,
    usd(current_monthly_usd) as current_monthly_usd,
    cast(measured_on as date) as measured_on
from raw.savings_baseline
