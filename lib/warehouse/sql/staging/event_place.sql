-- one row per (event_id): the file and the line of the copy of an event that we kept
select
    event_id,
    source_file,
    source_line
from raw.event
