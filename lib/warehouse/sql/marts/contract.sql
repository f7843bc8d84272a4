-- one row per (contract_id): one stay of a customer on one plan; ended_on is exclusive, null while it runs
-- term is what one price is paid for: the years that a private offer commits to, else the plan's
-- started_at and ended_at are the UTC instants of the two days, null where the rail dates by days
-- a buyer that no company claims keeps its contract under a key of its own: "aws:<account>" or "stripe:<customer>"
with
account as (
    select
        account_id,
        arg_max(aws_account_id, valid_from) as aws_account_id
    from staging.marketplace_account
    group by account_id
),
-- an account that two companies claim is nobody's: the CRM must say whose
buyer as (
    select
        aws_account_id,
        case when count(*) = 1 then min(customer_id) end as customer_id
    from staging.company
    where aws_account_id is not null
    group by aws_account_id
),
offer as (
    select
        offer_id,
        arg_max(plan_key, offer_revision) as plan_key
    from staging.marketplace_offer
    group by offer_id
),
private_offer as (
    select distinct offer_id
    from staging.marketplace_offer_target
    where is_private
),
contract as (
    select
        subscription_id as contract_id,
        coalesce(customer_id, 'stripe:' || stripe_customer_id) as customer_id,
        'stripe' as rail,
        plan_id,
        cast(null as varchar) as plan_key,
        term,
        started_on,
        ended_on,
        started_at,
        ended_at,
        cancellation_reason as why_ended,
        amount_usd as recorded_price_usd,
        cast(null as varchar) as offer_id
    from staging.stripe_subscription
    union all
    select
        agreement.agreement_id as contract_id,
        coalesce(buyer.customer_id, 'aws:' || coalesce(account.aws_account_id, agreement.agreement_id)) as customer_id,
        'aws' as rail,
        cast(null as integer) as plan_id,
        offer.plan_key,
        cast(null as varchar) as term,
        agreement.started_on,
        agreement.ended_on,
        cast(null as timestamp) as started_at,
        cast(null as timestamp) as ended_at,
        agreement.status_reason_code as why_ended,
        agreement.agreement_value_usd as recorded_price_usd,
        private_offer.offer_id
    from marts.marketplace_agreement as agreement
    left join account on agreement.acceptor_account_id = account.account_id
    left join buyer on account.aws_account_id = buyer.aws_account_id
    left join offer on agreement.offer_id = offer.offer_id
    left join private_offer on agreement.offer_id = private_offer.offer_id
    where agreement.is_ours
)
select
    contract.contract_id,
    contract.customer_id,
    contract.rail,
    coalesce(contract.plan_id, plan.plan_id) as plan_id,
    plan.plan_key,
    slug.tier,
    coalesce(
        case when offered.years > 1 or plan.term = 'monthly' then term_of_years(offered.years) end,
        plan.term,
        contract.term
    ) as term,
    contract.started_on,
    contract.ended_on,
    contract.started_at,
    contract.ended_at,
    case
        when contract.ended_on is null then null
        when contract.why_ended in ('upgrade', 'downgrade') then contract.why_ended
        else 'churn'
    end as end_reason,
    contract.recorded_price_usd,
    contract.offer_id
from contract
left join marts.plan as plan on contract.plan_id = plan.plan_id or contract.plan_key = plan.plan_key
left join staging.private_offer as offered on contract.offer_id = offered.offer_id
left join staging.slug as slug on plan.slug = slug.slug
