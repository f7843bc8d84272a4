-- one row per (company_id, fact, changed_at, new_value): what a fact of a company was before a change, and from it on
-- a company goes by its customer's id or by the CRM's own; a property is known by the headers of a company's facts
-- old_value is null where the export keeps none; '' stands for no integrator
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
)
select
    company_id,
    fact,
    case
        when old_value is null then null
        when fact = 'integrator' then old_value
        else yes_no_unknown(old_value)
    end as old_value,
    case
        when fact = 'integrator' then coalesce(new_value, '')
        else yes_no_unknown(new_value)
    end as new_value,
    changed_on,
    changed_at
from entered
where fact is not null
