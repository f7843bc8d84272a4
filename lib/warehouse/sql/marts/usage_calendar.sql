-- one row per (usage_month): when the invoice of a month's usage was closed; what arrived from then on was late
select distinct
    cast(date_trunc('month', occurred_at) as date) as usage_month,
    cast(date_trunc('month', occurred_at) as timestamp) + interval 1 month + interval 3 day as cut_off_at
from staging.event
