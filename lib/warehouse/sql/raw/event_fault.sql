-- one row per (file_number, line): a line that is not loaded, for the reason of the first of its events that has one
select
    file_number,
    line,
    arg_min(reason, place) as reason,
    max(raw_text) as raw_text
from event_line
where reason is not null
group by file_number, line
