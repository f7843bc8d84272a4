-- one row per (source, note): what a source's pull had to say
select
    source,
    note
from staging.source_note
