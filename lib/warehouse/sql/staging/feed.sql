-- one row per (feed): a raw table, where it comes from and when it was last seen
select
    feed,
    source,
    is_optional,
    pull_command,
    pulled_on,
    last_record_on,
    last_seen_on
from raw.feed
