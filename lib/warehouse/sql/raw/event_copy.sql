-- one row per (file_number, line, event_id): what a later copy of a record says of an event, beside the earliest copy
with
good as (
    select
        event_line.*,
        coalesce(event_line.record_id, event_line.event_id) as record
    from event_line
    left join event_fault
        on event_line.file_number = event_fault.file_number and event_line.line = event_fault.line
    where event_fault.line is null
),
repeated as (
    select record
    from good
    where is_first
    group by record
    having count(*) > 1
),
ranked as (
    select
        good.record,
        good.file_number,
        good.line,
        row_number() over earliest_first as copy_number,
        first_value(good.file_number) over earliest_first as kept_file_number,
        first_value(good.line) over earliest_first as kept_line
    from good
    inner join repeated on good.record = repeated.record
    where good.is_first
    window earliest_first as (
        partition by good.record order by good.file_number, good.line
    )
),
kept as (
    select
        ranked.file_number as copy_file_number,
        ranked.line as copy_line,
        good.*
    from ranked
    inner join good on ranked.kept_file_number = good.file_number and ranked.kept_line = good.line
    where ranked.copy_number > 1
),
other as (
    select good.*
    from ranked
    inner join good on ranked.file_number = good.file_number and ranked.line = good.line
    where ranked.copy_number > 1
)
select
    coalesce(other.file_number, kept.copy_file_number) as file_number,
    coalesce(other.line, kept.copy_line) as line,
    coalesce(other.event_id, kept.event_id) as event_id,
    coalesce(other.customer_id, kept.customer_id) as customer_id,
    coalesce(other.dimension, kept.dimension) as dimension,
    kept.quantity as kept_quantity,
    other.quantity as other_quantity,
    other.line is null
    or kept.line is null
    or other.customer_id <> kept.customer_id
    or other.dimension <> kept.dimension
    or cast(other.occurred_at as timestamp) <> cast(kept.occurred_at as timestamp)
    or cast(other.quantity as decimal(18, 6)) <> cast(kept.quantity as decimal(18, 6)) as is_conflict
from other
full join kept
    on other.file_number = kept.copy_file_number
    and other.line = kept.copy_line
    and other.event_id = kept.event_id
