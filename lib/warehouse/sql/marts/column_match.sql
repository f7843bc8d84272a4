-- one row per (feed, shape, header, column_name): what a header was read as, in how many files; either may be absent
select
    feed.source,
    file_column.feed,
    file_column.shape,
    file_column.header,
    file_column.column_name,
    count(*) as file_count,
    min(file_column.file) as first_file,
    max(file_column.file) as last_file
from staging.file_column as file_column
inner join staging.feed as feed on file_column.feed = feed.feed
group by feed.source, file_column.feed, file_column.shape, file_column.header, file_column.column_name
