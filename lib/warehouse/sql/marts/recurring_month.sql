-- one row per (contract_id, recurring_month): the base price of the period that holds the month's last recorded day
-- what is paid in instalments counts with the contract's price: a line of it bills one part
with
month as (
    select distinct
        cast(date_trunc('month', line.invoiced_on) as date) as recurring_month,
        least(last_day(line.invoiced_on), snapshot.snapshot_on) as recurring_on
    from marts.invoice_line as line
    cross join staging.snapshot as snapshot
),
base_line as (
    select
        contract_id,
        period_start_on,
        period_end_on,
        amount_usd
    from marts.invoice_line
    where kind = 'base'
)
select
    contract.contract_id,
    contract.customer_id,
    month.recurring_month,
    month.recurring_on,
    contract.rail,
    contract.tier,
    contract.plan_key,
    contract.term,
    max(
        case when contract.is_in_instalments then contract.recorded_price_usd else base_line.amount_usd end
    ) as price_usd
from month
inner join marts.contract as contract
    on contract.recurring_from_on <= month.recurring_on
    and (contract.recurring_until_on is null or month.recurring_on < contract.recurring_until_on)
left join base_line
    on contract.contract_id = base_line.contract_id
    and base_line.period_start_on <= month.recurring_on
    and month.recurring_on < base_line.period_end_on
group by all
