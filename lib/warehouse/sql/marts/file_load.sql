-- one row per (feed, file): what became of every line of a file
select
    feed.source,
    file_load.feed,
    file_load.file,
    file_load.lines_read,
    file_load.header_lines,
    file_load.blank_lines,
    file_load.loaded,
    file_load.duplicates,
    file_load.rejected
from staging.file_load as file_load
inner join staging.feed as feed on file_load.feed = feed.feed
