-- one row per (file, line, event_id): a copy of an event that says something else than the copy we kept
select
    event_copy.event_id,
    event_copy.customer_id,
    event_copy.dimension,
    cast(event_copy.kept_quantity as decimal(18, 6)) as kept_quantity,
    cast(event_copy.other_quantity as decimal(18, 6)) as other_quantity,
    event_file.file,
    event_copy.line
from event_copy
inner join event_file on event_copy.file_number = event_file.file_number
where event_copy.is_conflict
order by event_copy.file_number, event_copy.line, event_copy.event_id
