-- one row per (feed, file): what became of every line of a file
select
    feed,
    file,
    lines_read,
    header_lines,
    blank_lines,
    loaded,
    duplicates,
    rejected
from raw.file_load
