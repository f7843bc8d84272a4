-- one row per (file_number, line): a line of a metering file below its header, and why it cannot be an event
with
line as (
    select line, rtrim(text, chr(13)) as text, is_whole
    from incoming
    where line > $header_line
),
split as (
    select
        line,
        text,
        is_whole,
        case
            when contains(text, '"')
                then list_transform(
                    string_split(text, ','),
                    lambda part: case when part like '"%"' and len(part) > 1 then part[2:-2] else part end
                )
            else string_split(text, ',')
        end as part
    from line
),
field as (
    select
        line,
        text,
        is_whole,
        len(part) as width,
        part[$event_id] as event_id,
        part[$customer_id] as customer_id,
        part[$dimension] as dimension,
        part[$occurred_at] as occurred_at,
        part[$received_at] as received_at,
        part[$quantity] as quantity,
        contains(text, '"') and contains(array_to_string(part, ','), '"') as has_odd_quotes,
        cast($dimensions as varchar[]) as dimensions
    from split
),
judged as (
    select
        *,
        case
            when trim(text) = '' then 'blank'
            when contains(text, chr(65533)) then 'bytes that are not UTF-8'
            when contains(text, chr(0)) then 'a NUL byte'
            when has_odd_quotes then 'quotes out of order'
            when width <> $width then width || ' fields where the header has ' || $width
            when not is_whole then 'no line end: the file may be cut short here'
            when event_id = '' then 'event_id is empty'
            when customer_id = '' then 'customer_id is empty'
            when dimension = '' then 'dimension is empty'
            when len(dimensions) > 0 and not list_contains(dimensions, dimension)
                then 'dimension is none that we sell: ' || dimension || '; the nearest is '
                || list_sort(
                    list_transform(dimensions, lambda known: {'steps': levenshtein(known, dimension), 'word': known})
                )[1].word
            when try_strptime(occurred_at, '%Y-%m-%dT%H:%M:%SZ') is null or len(occurred_at) <> 20
                then 'occurred_at is not a UTC time like 2026-10-31T23:59:59Z: ' || occurred_at
            when try_strptime(received_at, '%Y-%m-%dT%H:%M:%SZ') is null or len(received_at) <> 20
                then 'received_at is not a UTC time like 2026-10-31T23:59:59Z: ' || received_at
            when occurred_at < '2000' then 'occurred_at is before the year 2000: ' || occurred_at
            when left(occurred_at, 10) > $snapshot_on
                then 'occurred_at is after the day of the snapshot, ' || $snapshot_on || ': ' || occurred_at
            when try_strptime(occurred_at, '%Y-%m-%dT%H:%M:%SZ')
                > try_strptime(received_at, '%Y-%m-%dT%H:%M:%SZ') + interval 1 day
                then 'occurred_at is more than a day after received_at: ' || occurred_at
            when regexp_full_match(quantity, '-[0-9]+(\.[0-9]+)?') then 'quantity is negative: ' || quantity
            when regexp_full_match(quantity, '[0-9]+\.[0-9]{7,}')
                then 'quantity has more than 6 decimals: ' || quantity
            when not regexp_full_match(quantity, '[0-9]+(\.[0-9]{1,6})?')
                then 'quantity is not a plain decimal number: ' || quantity
            when try_cast(quantity as decimal(15, 6)) is null then 'quantity is too large for one event: ' || quantity
        end as reason
    from field
)
select
    cast($file_number as integer) as file_number,
    cast($file as varchar) as file,
    line,
    event_id,
    customer_id,
    dimension,
    occurred_at,
    received_at,
    quantity,
    reason,
    case when reason is not null then text end as raw_text
from judged
