-- one row per (customer_id, fact, changed_on): what a fact of a company was before a day, and from that day on
-- a company goes by its customer's id or by the CRM's own; a property is known by the headers of a company's facts
-- of several changes on one day the first says what it was before, the last what it is now; '' stands for no integrator
-- old_value is null where the export keeps none
with
entered as materialized (
    select
        customer_id as company_id,
        case regexp_replace(regexp_replace(lower(property), '__c$', ''), '[^a-z]', '', 'g')
            when 'awsaccount' then 'has_aws_account'
            when 'hasawsaccount' then 'has_aws_account'
            when 'awspartner' then 'is_partner'
            when 'isawspartner' then 'is_partner'
            when 'ispartner' then 'is_partner'
            when 'awsmarketplaceseller' then 'is_seller'
            when 'awsseller' then 'is_seller'
            when 'isseller' then 'is_seller'
            when 'wantsconsolidatedbilling' then 'wants_consolidated_billing'
            when 'consolidatedbilling' then 'wants_consolidated_billing'
            when 'marketplaceintegrator' then 'integrator'
            when 'integrator' then 'integrator'
        end as fact,
        old_value,
        new_value,
        cast(changed_on as date) as changed_on,
        changed_at
    from raw.company_history
),
told as (
    select
        company.customer_id,
        entered.fact,
        case
            when entered.old_value is null then null
            when entered.fact = 'integrator' then entered.old_value
            else yes_no_unknown(entered.old_value)
        end as old_value,
        case
            when entered.fact = 'integrator' then coalesce(entered.new_value, '')
            else yes_no_unknown(entered.new_value)
        end as new_value,
        entered.changed_on,
        entered.changed_at
    from entered
    inner join staging.company as company
        on entered.company_id = company.customer_id or entered.company_id = company.crm_id
    where entered.fact is not null
)
select
    customer_id,
    fact,
    arg_min_null(old_value, changed_at) as old_value,
    arg_max(new_value, changed_at) as new_value,
    changed_on
from told
group by customer_id, fact, changed_on
