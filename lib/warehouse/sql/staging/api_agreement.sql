-- one row per (agreement_id): an agreement as the agreement API describes it
select
    agreement_id,
    status,
    cast(licenses as json) as licenses,
    end_behaviour,
    cast(utc_moment(ends_at) as date) as ends_on,
    cast(value as decimal(18, 2)) as agreement_value,
    currency
from raw.api_agreement
