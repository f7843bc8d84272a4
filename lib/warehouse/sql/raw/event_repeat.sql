-- one row per (event_id): how many copies of an event, each saying the same as the one we kept, were left out
select
    event_id,
    count(*) as copies
from event_copy
where not is_conflict
group by event_id
order by event_id
