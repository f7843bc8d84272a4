-- one row per (file): what became of a metering file's lines below its header; loaded is counted in raw.event itself
with
faulty as (
    select
        file_number,
        sum(case when reason = 'blank' then 1 else 0 end) as blank_lines,
        sum(case when reason <> 'blank' then 1 else 0 end) as rejected
    from event_fault
    group by file_number
),
copied as (
    select file_number, count(distinct line) as duplicates
    from event_copy
    group by file_number
),
loaded as (
    select source_file as file, count(distinct source_line) as loaded
    from raw.event
    group by source_file
)
select
    event_file.file,
    cast(coalesce(faulty.blank_lines, 0) as bigint) as blank_lines,
    cast(coalesce(loaded.loaded, 0) as bigint) as loaded,
    cast(coalesce(copied.duplicates, 0) as bigint) as duplicates,
    cast(coalesce(faulty.rejected, 0) as bigint) as rejected
from event_file
left join faulty on event_file.file_number = faulty.file_number
left join copied on event_file.file_number = copied.file_number
left join loaded on event_file.file = loaded.file
