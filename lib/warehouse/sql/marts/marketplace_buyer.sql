-- one row per (buyer): an AWS account that buys, by its number or by the identifier AWS gave us, and its customer
with
account as (
    select
        account_id,
        arg_max(aws_account_id, valid_from) as aws_account_id,
        arg_max(encrypted_account_id, valid_from) as customer_identifier
    from staging.marketplace_account
    group by account_id
),
company as (
    select
        aws_account_id,
        case when count(*) = 1 then min(customer_id) end as customer_id
    from staging.company
    where aws_account_id is not null
    group by aws_account_id
),
known as (
    select aws_account_id as buyer, aws_account_id
    from account
    union
    select aws_account_id as buyer, aws_account_id
    from company
    union
    select customer_identifier as buyer, max(aws_account_id) as aws_account_id
    from account
    where customer_identifier is not null
    group by customer_identifier
)
select
    known.buyer,
    known.aws_account_id,
    coalesce(company.customer_id, 'aws:' || known.aws_account_id) as customer_id
from known
left join company on known.aws_account_id = company.aws_account_id
