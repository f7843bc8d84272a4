-- one row per (snapshot_on): the day the newest snapshot speaks of
select cast(value as date) as snapshot_on
from raw.manifest
where key = 'snapshot_on'
