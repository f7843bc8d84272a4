-- one row per (contract_id, dimension, changed_on): how many an entitlement counts from a day on, seats for instance
-- what was chosen in an agreement's terms is a history; where no term says it, what the buyer may use today is taken
-- as it has been since the contract began; seats are whole, and what is no whole number is no count of them
with
chosen as (
    select
        term.agreement_id as contract_id,
        coalesce(named.dimension, choice ->> '$.dimensionKey') as dimension,
        greatest(cast(term.held_from as date), contract.started_on) as changed_on,
        term.held_from,
        whole_number(choice ->> '$.dimensionValue') as seats
    from marts.agreement_term as term
    cross join unnest(term.dimensions -> '$[*]') as chosen(choice)
    inner join marts.contract as contract on term.agreement_id = contract.contract_id
    left join staging.dimension as named on choice ->> '$.dimensionKey' = named.aws_dimension_name
),
counted as (
    select contract_id, dimension, changed_on, arg_max(seats, held_from) as seats
    from chosen
    where seats is not null
    group by contract_id, dimension, changed_on
    union all
    select
        entitlement.contract_id,
        entitlement.dimension,
        contract.started_on as changed_on,
        whole_number(cast(sum(entitlement.quantity) as varchar)) as seats
    from marts.entitlement as entitlement
    inner join marts.contract as contract on entitlement.contract_id = contract.contract_id
    where
        entitlement.quantity is not null
        and not exists (
            select 1
            from chosen
            where chosen.contract_id = entitlement.contract_id and chosen.dimension = entitlement.dimension
        )
    group by entitlement.contract_id, entitlement.dimension, contract.started_on
)
select
    counted.contract_id,
    counted.dimension,
    counted.changed_on,
    counted.seats
from counted
inner join staging.dimension as dimension on counted.dimension = dimension.dimension and not dimension.is_metered
where counted.seats is not null
