-- one row per (source, note): a sentence that a source's pull left in the manifest, such as a column that changed
select
    source,
    note
from raw.source_note
