-- one row per (customer_id, product, metric): what a customer spent before us, and now
select
    customer_id,
    product,
    metric,
    baseline_monthly_usd,
    current_monthly_usd,
    measured_on
from staging.savings_baseline
