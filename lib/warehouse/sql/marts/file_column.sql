-- one row per (feed, file, place, column_name): what was read from which header; either may be absent
select
    feed,
    file,
    shape,
    place,
    header,
    column_name
from staging.file_column
