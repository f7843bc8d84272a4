-- Every event that was loaded is in the usage by month
with
loaded as (
    select sum(loaded) as events
    from marts.source_status
    where feed = 'event'
),
month as (
    select coalesce(sum(event_count), 0) as events
    from marts.usage_month
)
select
    loaded.events as loaded,
    month.events as in_months
from loaded
cross join month
where loaded.events <> month.events
