-- one row per (file, line): a copy of an event that says something else than the copy we kept
select
    event_id,
    customer_id,
    dimension,
    cast(kept_quantity as decimal(18, 6)) as kept_quantity,
    cast(other_quantity as decimal(18, 6)) as other_quantity,
    file,
    line
from event_copy
where is_conflict
order by file_number, line
