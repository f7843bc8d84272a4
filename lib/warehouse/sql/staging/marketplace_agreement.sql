-- one row per (agreement_id, valid_from): what held about an agreement from a time on
with
version as (
    select
        *,
        row_number() over newest_first as recency
    from raw.marketplace_agreement
    window newest_first as (
        partition by agreement_id, valid_from
        order by update_date desc, source_file desc, source_line desc
    )
)
select
    agreement_id,
    acceptor_account_id,
    offer_id,
    preceding_agreement_id,
    status,
    status_reason_code,
    cast(estimated_agreement_value as decimal(18, 2)) as agreement_value_usd,
    utc_day(start_time) as started_on,
    case when status <> 'Active' then utc_day(end_time) end as ended_on,
    cast(valid_from as timestamp) as valid_from
from version
where recency = 1 and delete_date is null
