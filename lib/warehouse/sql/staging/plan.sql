-- one row per (plan_id): a row of the plans table
select
    cast(id as integer) as plan_id,
    name as plan_name,
    slug,
    plan_key(slug, frequency) as plan_key,
    term_of(frequency) as term,
    usd(price) as price_usd,
    hidden = '1' as is_hidden,
    cast(included_credits as integer) as included_credits,
    cast(created_on as date) as created_on
from raw.plan
