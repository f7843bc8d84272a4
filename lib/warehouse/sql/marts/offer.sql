-- one row per (offer_id): a private offer as our own file has it, drafts too, beside what AWS holds under it
-- `status` is our file's, null for one that only AWS knows; whether it can still be accepted depends on the day
-- invoiced_usd is what has been invoiced of its price for its own term, null while nobody agreed to it
with
agreed as (
    select
        offer_id,
        arg_max(contract_id, (started_on, contract_id)) as contract_id,
        arg_max(customer_id, (started_on, contract_id)) as customer_id,
        arg_max(plan_key, (started_on, contract_id)) as plan_key,
        arg_max(status, (started_on, contract_id)) as status,
        min(started_on) as started_on,
        case when count(*) = count(ended_on) then max(ended_on) end as ended_on,
        arg_max(recorded_price_usd, (started_on, contract_id)) as value_usd
    from marts.contract
    where offer_id is not null
    group by offer_id
),
offered as (
    select
        coalesce(filed.offer_id, agreed.offer_id) as offer_id,
        filed.offer_id is not null as is_on_file,
        filed.status,
        coalesce(filed.customer_id, agreed.customer_id) as customer_id,
        filed.company_name,
        coalesce(filed.plan_key, agreed.plan_key) as plan_key,
        filed.price_usd,
        filed.multi_year_discount_rate,
        filed.monthly_minimum_usd,
        filed.years,
        filed.sent_on,
        filed.expires_on,
        filed.accepted_on,
        coalesce(filed.starts_on, agreed.started_on) as starts_on,
        filed.ends_on,
        filed.channel_partner,
        filed.is_express,
        filed.renews_offer_id,
        agreed.contract_id,
        agreed.status as aws_status,
        agreed.customer_id as aws_customer_id,
        agreed.started_on as aws_started_on,
        agreed.ended_on as aws_ended_on,
        agreed.value_usd as aws_value_usd
    from staging.private_offer as filed
    full outer join agreed on filed.offer_id = agreed.offer_id
),
invoiced as (
    select
        offered.offer_id,
        cast(sum(line.amount_usd) as decimal(18, 2)) as invoiced_usd
    from offered
    inner join marts.contract as contract on offered.offer_id = contract.offer_id
    inner join marts.invoice_line as line on contract.contract_id = line.contract_id
    where
        line.kind in ('base', 'proration')
        and line.period_start_on >= offered.starts_on
        and (offered.ends_on is null or line.period_start_on < offered.ends_on)
    group by offered.offer_id
)
select
    offered.*,
    slug.tier,
    case when offered.contract_id is not null then coalesce(invoiced.invoiced_usd, 0) end as invoiced_usd
from offered
left join invoiced on offered.offer_id = invoiced.offer_id
left join marts.plan as plan on offered.plan_key = plan.plan_key
left join staging.slug as slug on plan.slug = slug.slug
