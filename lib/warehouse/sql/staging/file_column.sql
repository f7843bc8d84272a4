-- one row per (feed, file, place, column_name): a header of a file and the column read from it; either may be absent
select
    feed,
    file,
    shape,
    place,
    header,
    column_name
from raw.file_column
