-- Every line that was loaded brought its events to the usage by month
with
loaded as (
    select sum(loaded) as line_count
    from marts.source_status
    where feed = 'event'
),
event as (
    select
        count(*) as event_count,
        count(distinct (source_file, source_line)) as line_count
    from raw.event
),
month as (
    select coalesce(sum(event_count), 0) as event_count
    from marts.usage_month
)
select
    loaded.line_count as loaded,
    event.line_count as in_lines,
    event.event_count as events,
    month.event_count as in_months
from loaded
cross join event
cross join month
where loaded.line_count <> event.line_count or event.event_count <> month.event_count
