-- one row per (source, feed): how a raw table came in, line by line, and what to run where it did not
-- a feed that need never come is missing only where it came once and does no more
with
loaded as (
    select
        feed,
        count(*) as file_count,
        sum(lines_read) as lines_read,
        sum(header_lines) as header_lines,
        sum(blank_lines) as blank_lines,
        sum(loaded) as loaded,
        sum(duplicates) as duplicates,
        sum(rejected) as rejected
    from staging.file_load
    group by feed
)
select
    feed.source,
    feed.feed,
    loaded.feed is null and not (feed.is_optional and feed.last_seen_on is null) as is_missing,
    coalesce(loaded.file_count, 0) as file_count,
    cast(coalesce(loaded.lines_read, 0) as bigint) as lines_read,
    cast(coalesce(loaded.header_lines, 0) as bigint) as header_lines,
    cast(coalesce(loaded.blank_lines, 0) as bigint) as blank_lines,
    cast(coalesce(loaded.loaded, 0) as bigint) as loaded,
    cast(coalesce(loaded.duplicates, 0) as bigint) as duplicates,
    cast(coalesce(loaded.rejected, 0) as bigint) as rejected,
    feed.pulled_on,
    feed.last_record_on,
    feed.last_seen_on,
    feed.pull_command
from staging.feed as feed
left join loaded on feed.feed = loaded.feed
