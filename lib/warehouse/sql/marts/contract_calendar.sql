-- one row per (contract_id): the UTC days whose usage a contract carries; of two, the later begun has the day
select
    contract_id,
    customer_id,
    rail,
    plan_key,
    started_on,
    least(
        coalesce(ended_on, date '9999-12-31'),
        lead(started_on, 1, date '9999-12-31') over (partition by customer_id order by started_on, contract_id)
    ) as ended_on
from marts.contract
