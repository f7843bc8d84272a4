-- one row per (file_number, line, place): an event that a line of a metering file speaks of, and why it cannot be one
with
read as (
    select
        *,
        event_quantity(quantity, factor) as usage,
        cast($dimensions as varchar[]) as dimensions,
        cast($quantity_names as varchar[])[place] as quantity_name
    from incoming
),
judged as (
    select
        *,
        case
            when  -- nearly every event: the arms below find nothing in it, and ask it much more slowly
                fault is null
                and usage is not null
                and event_id <> ''
                and customer_id <> ''
                and dimension in (select unnest(cast($dimensions as varchar[])))
                and (is_timed or (is_utc_time(occurred_at) and is_utc_time(received_at)))
                and occurred_at <= received_at
                and left(occurred_at, 10) <= $snapshot_on
                and occurred_at >= '2000'
                then null
            when fault is not null then fault
            when event_id = '' then $id_name || ' is empty'
            when customer_id = '' then $customer_name || ' is empty'
            when dimension = '' then $dimension_name || ' is empty'
            when len(dimensions) > 0 and not list_contains(dimensions, dimension)
                then $dimension_name || ' is none that we sell: ' || dimension || '; the nearest is '
                || list_sort(
                    list_transform(dimensions, lambda known: {'steps': levenshtein(known, dimension), 'word': known})
                )[1].word
            when regexp_matches(occurred_at, 'T[0-9:]{5}:60')
                then $time_name || ' is a leap second, which has no place among the seconds of a day: ' || occurred_at
            when not is_utc_time(occurred_at)
                then $time_name || ' is not a UTC time like 2026-10-31T23:59:59Z: ' || occurred_at
            when not is_utc_time(received_at)
                then $received_name || ' is not a UTC time like 2026-10-31T23:59:59Z: ' || received_at
            when occurred_at < '2000' then $time_name || ' is before the year 2000: ' || occurred_at
            when left(occurred_at, 10) > $snapshot_on
                then $time_name || ' is after the day of the snapshot, ' || $snapshot_on || ': ' || occurred_at
            when cast(occurred_at as timestamp) > cast(received_at as timestamp) + interval 1 day
                then $time_name || ' is more than a day after ' || $received_name || ': ' || occurred_at
            when usage is null then quantity_name || ' ' || quantity_complaint(quantity, factor)
        end as reason
    from read
)
select
    cast($file_number as integer) as file_number,
    line,
    place,
    is_first,
    record_id,
    event_id,
    customer_id,
    dimension,
    occurred_at,
    received_at,
    usage as quantity,
    reason,
    case when reason is not null then rtrim(text, chr(10)) end as raw_text
from judged
