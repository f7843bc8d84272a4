-- one row per (plan_id): a row of the plans table
select
    cast(id as integer) as plan_id,
    name as plan_name,
    slug,
    case frequency when 'yearly' then 'annual' else frequency end as term,
    usd(price) as price_usd,
    hidden = '1' as is_hidden,
    cast(included_credits as integer) as included_credits,
    cast(created_on as date) as created_on
from raw.plan
