-- one row per (source_file, source_line): what a buyer may use of a dimension today
select
    source_file,
    source_line,
    product_code,
    dimension,
    customer_identifier,
    aws_account(aws_account_id) as aws_account_id,
    coalesce(license_arn, '') as license_arn,
    cast(coalesce(whole_number, number) as decimal(18, 6)) as quantity,
    coalesce(words, yes_no) as words,
    utc_instant(expires_at) as expires_at
from raw.entitlement
