-- one row per (file): what became of a metering file's lines below its header; loaded is counted in raw.event itself
with
judged as (
    select
        file,
        sum(case when reason = 'blank' then 1 else 0 end) as blank_lines,
        sum(case when reason <> 'blank' then 1 else 0 end) as rejected
    from event_line
    group by file
),
copied as (
    select file, count(*) as duplicates
    from event_copy
    group by file
),
loaded as (
    select source_file as file, count(*) as loaded
    from raw.event
    group by source_file
)
select
    judged.file,
    cast(judged.blank_lines as bigint) as blank_lines,
    cast(coalesce(loaded.loaded, 0) as bigint) as loaded,
    cast(coalesce(copied.duplicates, 0) as bigint) as duplicates,
    cast(judged.rejected as bigint) as rejected
from judged
left join copied on judged.file = copied.file
left join loaded on judged.file = loaded.file
