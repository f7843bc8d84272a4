-- one row per (event_id): every well-formed event of the earliest copy of its record, as text
with
copied as (
    select distinct file_number, line
    from event_copy
)
select
    event_line.event_id,
    event_line.customer_id,
    event_line.dimension,
    event_line.occurred_at,
    event_line.received_at,
    event_line.quantity,
    event_file.file as source_file,
    event_line.line as source_line
from event_line
inner join event_file on event_line.file_number = event_file.file_number
left join event_fault on event_line.file_number = event_fault.file_number and event_line.line = event_fault.line
left join copied on event_line.file_number = copied.file_number and event_line.line = copied.line
where event_fault.line is null and copied.line is null
order by event_line.file_number, event_line.line, event_line.place
