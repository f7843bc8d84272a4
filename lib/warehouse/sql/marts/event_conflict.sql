-- one row per (file, line, event_id): a copy of an event that disagrees with the kept one, and where each stands
select
    conflict.event_id,
    conflict.customer_id,
    conflict.dimension,
    conflict.kept_quantity,
    conflict.other_quantity,
    event_place.source_file as kept_file,
    event_place.source_line as kept_line,
    conflict.file,
    conflict.line
from staging.conflict as conflict
left join staging.event_place as event_place on conflict.event_id = event_place.event_id
