-- one row per (offer_id, offer_revision, valid_from): what held about an offer from a time on, and its [plan-key]
with
version as (
    select
        *,
        row_number() over newest_first as recency
    from raw.marketplace_offer
    window newest_first as (
        partition by offer_id, offer_revision, valid_from
        order by update_date desc, source_file desc, source_line desc
    )
)
select
    offer_id,
    cast(offer_revision as integer) as offer_revision,
    name as offer_name,
    nullif(regexp_extract(name, '\[([a-z_-]+)\]', 1), '') as plan_key,
    cast(valid_from as timestamp) as valid_from
from version
where recency = 1 and delete_date is null
