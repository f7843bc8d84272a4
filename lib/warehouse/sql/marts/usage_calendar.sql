-- one row per (usage_month): when the invoice of a month's usage was closed; what arrived from then on was late
with
month as (
    select distinct date_trunc('month', occurred_at) as month
    from staging.event
)
select
    cast(month.month as date) as usage_month,
    cast(month.month as timestamp) + interval 1 month + to_days(billing.usage_invoice_day - 1) as cut_off_at
from month
cross join staging.billing as billing
