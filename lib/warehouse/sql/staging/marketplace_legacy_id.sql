-- one row per (mapping_type, legacy_id): what an offer or a product of before 2020 is called now
select
    mapping_type,
    legacy_id,
    new_id
from raw.marketplace_legacy_id
