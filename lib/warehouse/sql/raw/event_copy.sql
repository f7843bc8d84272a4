-- one row per (file_number, line): a later copy of an event already read, beside what the earliest copy said
with
repeated as (
    select event_id
    from event_line
    where reason is null
    group by event_id
    having count(*) > 1
),
copy as (
    select
        event_line.*,
        row_number() over earliest_first as copy_number,
        first_value(event_line.customer_id) over earliest_first as kept_customer_id,
        first_value(event_line.dimension) over earliest_first as kept_dimension,
        first_value(event_line.occurred_at) over earliest_first as kept_occurred_at,
        first_value(event_line.quantity) over earliest_first as kept_quantity
    from event_line
    inner join repeated on event_line.event_id = repeated.event_id
    where event_line.reason is null
    window earliest_first as (
        partition by event_line.event_id order by event_line.file_number, event_line.line
    )
)
select
    file_number,
    line,
    file,
    event_id,
    customer_id,
    dimension,
    kept_quantity,
    quantity as other_quantity,
    customer_id <> kept_customer_id
    or dimension <> kept_dimension
    or occurred_at <> kept_occurred_at
    or cast(quantity as decimal(18, 6)) <> cast(kept_quantity as decimal(18, 6)) as is_conflict
from copy
where copy_number > 1
