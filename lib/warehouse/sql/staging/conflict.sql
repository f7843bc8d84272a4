-- one row per (file, line, event_id): a copy of an event that says something else than the copy we kept
select
    event_id,
    customer_id,
    dimension,
    kept_quantity,
    other_quantity,
    file,
    line
from raw.conflict
