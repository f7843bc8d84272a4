-- one row per (event_id): an event that came more than once, and how many copies of it were left out
select
    event_id,
    copies
from raw.event_repeat
