-- one row per (offer_target_id, valid_from): whom an offer is meant for from a time on; buyer accounts make it private
with
version as (
    select
        *,
        row_number() over newest_first as recency
    from raw.marketplace_offer_target
    window newest_first as (
        partition by offer_target_id, valid_from
        order by update_date desc, source_file desc, source_line desc
    )
)
select
    offer_target_id,
    offer_id,
    target_type = 'BuyerAccounts' as is_private,
    value as target,
    cast(valid_from as timestamp) as valid_from
from version
where recency = 1 and delete_date is null
