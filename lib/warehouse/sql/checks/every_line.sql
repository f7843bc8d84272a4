-- Every line read is a header, blank, loaded, a duplicate or rejected
select
    feed,
    lines_read,
    header_lines,
    blank_lines,
    loaded,
    duplicates,
    rejected
from marts.source_status
where lines_read <> header_lines + blank_lines + loaded + duplicates + rejected
