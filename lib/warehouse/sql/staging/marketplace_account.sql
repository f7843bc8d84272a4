-- one row per (account_id, valid_from): what held about an account from a time on: its newest writing, unless deleted
with
version as (
    select
        *,
        row_number() over newest_first as recency
    from raw.marketplace_account
    window newest_first as (
        partition by account_id, valid_from
        order by update_date desc, source_file desc, source_line desc
    )
)
select
    account_id,
    aws_account(aws_account_id) as aws_account_id,
    cast(valid_from as timestamp) as valid_from
from version
where recency = 1 and delete_date is null
