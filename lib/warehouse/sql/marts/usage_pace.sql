-- one row per (dimension, day_of_month): the part of a month's total that customers had used by the evening of a day
-- over every month that a customer spent whole under contract; nine in ten had used at least the low share, nine in
-- ten at most the high one; a month that had not begun by the day says nothing of its pace
with
used as (
    select
        customer_id,
        dimension,
        usage_month,
        day(usage_day) as day_of_month,
        sum(quantity) as quantity
    from marts.usage_day
    where contract_id is not null and is_summed = 1
    group by all
),
covered as (
    select
        calendar.customer_id,
        month.usage_month,
        sum(date_diff('day', greatest(calendar.started_on, month.usage_month), least(calendar.ended_on, month.end_on)))
            as covered_days,
        any_value(date_diff('day', month.usage_month, month.end_on)) as month_days
    from marts.contract_calendar as calendar
    inner join (
        select
            usage_month,
            cast(usage_month + interval 1 month as date) as end_on
        from marts.usage_calendar
    ) as month
        on calendar.started_on < month.end_on
        and calendar.ended_on > month.usage_month
    where month.end_on <= (select max(snapshot_on) + 1 from staging.snapshot)
    group by calendar.customer_id, month.usage_month
),
whole as (
    select
        used.customer_id,
        used.dimension,
        used.usage_month,
        sum(used.quantity) as quantity
    from used
    inner join covered
        on used.customer_id = covered.customer_id
        and used.usage_month = covered.usage_month
        and covered.covered_days = covered.month_days
    group by all
),
day as (
    select unnest(generate_series(1, 31)) as day_of_month
),
cumulated as (
    select
        used.customer_id,
        used.dimension,
        used.usage_month,
        used.day_of_month,
        lead(used.day_of_month, 1, 32) over month as next_day,
        sum(used.quantity) over (month rows unbounded preceding) / whole.quantity as used_share
    from used
    inner join whole
        on used.customer_id = whole.customer_id
        and used.dimension = whole.dimension
        and used.usage_month = whole.usage_month
    where whole.quantity > 0
    window month as (partition by used.customer_id, used.dimension, used.usage_month order by used.day_of_month)
)
select
    cumulated.dimension,
    cast(day.day_of_month as integer) as day_of_month,
    cast(quantile_disc(cumulated.used_share, 0.1) as decimal(18, 6)) as low_share,
    cast(quantile_disc(cumulated.used_share, 0.9) as decimal(18, 6)) as high_share,
    count(*) as month_count
from cumulated
inner join day on day.day_of_month >= cumulated.day_of_month and day.day_of_month < cumulated.next_day
where cumulated.used_share > 0
group by cumulated.dimension, day.day_of_month
