-- one row per (event_id): the earliest copy of every well-formed event, as text
select
    event_line.event_id,
    event_line.customer_id,
    event_line.dimension,
    event_line.occurred_at,
    event_line.received_at,
    event_line.quantity,
    event_line.file as source_file,
    event_line.line as source_line
from event_line
left join event_copy
    on event_line.file_number = event_copy.file_number
    and event_line.line = event_copy.line
where event_line.reason is null and event_copy.line is null
order by event_line.file_number, event_line.line
