-- one row per (pricing, duration, dimension_key, captured_on): a price of the AWS listing as somebody wrote it down
select
    case section when 'metering' then 'usage' else 'contract' end as pricing,
    coalesce(nullif(duration_code, ''), 'none') as duration,
    dimension_key,
    name as dimension_name,
    regexp_replace(unit, '^per ', '') as unit,
    price_usd as price_text,
    cast(captured_on as date) as captured_on
from raw.listed_row
