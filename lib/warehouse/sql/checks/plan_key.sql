-- A plan key names one plan
select
    plan_key,
    count(*) as plans
from marts.plan
group by plan_key
having count(*) > 1
