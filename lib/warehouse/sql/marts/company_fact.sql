-- one row per (customer_id, fact, from_on): what was recorded of a customer, from a day to another (exclusive)
-- from_on is null from the beginning to the first change, which says what it was before; until_on is null for today's
-- value is yes, no or unknown, and of an integrator its name, null for none
-- a change is unexplained where the history does not lead to it: its own old value is not what was recorded, or the
-- company's value of today is not where its history ends, and counts from the snapshot's day on; so is one whose
-- day has not come on the snapshot's, since nobody saw it then
with
today as (
    select customer_id, 'has_aws_account' as fact, has_aws_account as value from staging.company
    union all
    select customer_id, 'is_partner' as fact, is_partner as value from staging.company
    union all
    select customer_id, 'is_seller' as fact, is_seller as value from staging.company
    union all
    select customer_id, 'wants_consolidated_billing' as fact, wants_consolidated_billing as value from staging.company
    union all
    select customer_id, 'integrator' as fact, coalesce(integrator, '') as value from staging.company
),
-- of several changes on one day the first says what it was before, the last what it is now
history as (
    select
        company.customer_id,
        told.fact,
        arg_min_null(told.old_value, told.changed_at) as old_value,
        arg_max(told.new_value, told.changed_at) as new_value,
        told.changed_on
    from staging.company_history as told
    inner join staging.company as company
        on told.company_id = company.customer_id or told.company_id = company.crm_id
    group by company.customer_id, told.fact, told.changed_on
),
first_change as (
    select customer_id, fact, arg_min_null(old_value, changed_on) as old_value
    from history
    group by customer_id, fact
),
step as (
    select
        today.customer_id,
        today.fact,
        cast(null as date) as from_on,
        0 as turn,
        cast(null as varchar) as old_value,
        false as is_ahead,
        case
            when first_change.fact is null then today.value
            else coalesce(first_change.old_value, case when today.fact = 'integrator' then '' else 'unknown' end)
        end as value
    from today
    left join first_change on today.customer_id = first_change.customer_id and today.fact = first_change.fact
    union all
    select
        change.customer_id,
        change.fact,
        least(change.changed_on, snapshot.snapshot_on) as from_on,
        1 as turn,
        change.old_value,
        change.changed_on > snapshot.snapshot_on as is_ahead,
        change.new_value as value
    from history as change
    cross join staging.snapshot as snapshot
    union all
    select
        today.customer_id,
        today.fact,
        snapshot.snapshot_on as from_on,
        2 as turn,
        today.value as old_value,
        false as is_ahead,
        today.value
    from today
    cross join staging.snapshot as snapshot
),
followed as (
    select
        customer_id,
        fact,
        from_on,
        turn,
        old_value,
        is_ahead,
        value,
        lag(value) over (partition by customer_id, fact order by from_on nulls first, turn) as was
    from step
),
-- today's value is the last of its day, and what leaves a fact as it was is no change
daily as (
    select
        customer_id,
        fact,
        from_on,
        arg_max(value, turn) as value,
        bool_or(is_ahead or (was is not null and old_value is not null and old_value <> was)) as is_unexplained
    from followed
    where was is null or value <> was
    group by customer_id, fact, from_on
),
change as (
    select customer_id, fact, from_on, value, is_unexplained
    from daily
    qualify from_on is null or value <> lag(value) over (partition by customer_id, fact order by from_on nulls first)
)
select
    customer_id,
    fact,
    from_on,
    nullif(value, '') as value,
    lead(from_on) over (partition by customer_id, fact order by from_on nulls first) as until_on,
    is_unexplained
from change
