-- one row per ($version): what a feed that keeps every writing says now: the newest of each version, unless deleted
-- it held from `held_from` until `held_until`, exclusive; before the first version nothing else is known, so it held
with
writing as (
    select
        *,
        row_number() over newest_first as recency
    from raw.$feed
    window newest_first as (
        partition by $version
        order by utc_instant(update_date) desc, lower(source_file) desc, source_line desc
    )
),
held as (
    select * exclude (recency)
    from writing
    where recency = 1 and delete_date is null
)
select
    *,
    case
        when row_number() over by_time = 1 then timestamp '0001-01-01'
        else utc_instant(valid_from)
    end as held_from,
    lead(utc_instant(valid_from), 1, timestamp '9999-12-31') over by_time as held_until
from held
window by_time as (partition by $thing order by utc_instant(valid_from))
