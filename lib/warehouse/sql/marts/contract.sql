-- one row per (contract_id): one stay of a customer on one plan; ended_on is exclusive, null while it runs
-- term is what one price is paid for: the years that a private offer commits to, else the plan's
-- started_at and ended_at are the UTC instants of the two days, null where the rail dates by days
-- a buyer that no company claims keeps its contract under a key of its own: "aws:<account>" or "stripe:<customer>"
-- it counts as recurring from recurring_from_on to recurring_until_on (exclusive): on Stripe from the end of a trial
-- that
-- it began with, to a later one that is running; unpaid, to the first invoice that was not paid; paused, never
-- a later trial that is over stays in between: what it was billed for is in the recurring months
-- one that runs and will not renew is_cancelled: it ends on will_end_on (exclusive), or with its period where no day is
-- told; an agreement, where it expires or, if the agreement API says nothing, where its newest renewal is switched off
-- before_coupons_usd is what it would cost without any
-- a line bills one part alone of what is paid in instalments, so what it brings is its recorded price
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
        arg_max(plan_key, (offer_revision, valid_from)) as plan_key
    from staging.marketplace_offer
    group by offer_id
),
-- a revision may open an offer to everybody, or close it: what was accepted counts, and where no feed says, the newest
newest_target as (
    select offer_target_id, offer_id, offer_revision, is_private
    from staging.marketplace_offer_target
    qualify row_number() over (partition by offer_target_id, offer_revision order by valid_from desc) = 1
),
targeted as (
    select offer_id, offer_revision, bool_or(is_private) as is_private
    from newest_target
    group by offer_id, offer_revision
),
beside as (
    select
        object_id as subscription_id,
        max(case when key = 'customer_id' then value end) as customer_id,
        max(case when key = 'plan_id' then try_cast(value as integer) end) as plan_id
    from staging.stripe_metadata
    group by object_id
),
sold_plan as (
    select
        price_id,
        min(plan_id) as plan_id
    from staging.gateway_product
    where gateway = 'stripe' and price_id is not null
    group by price_id
),
-- the first invoice behind the last that was paid; a draft has not been sent
unpaid as (
    select
        subscription_id,
        min(invoiced_on) as unpaid_since_on
    from (
        select
            subscription_id,
            status,
            invoiced_on,
            max(case when status = 'paid' then invoiced_on end) over (partition by subscription_id) as last_paid_on
        from staging.stripe_invoice
    )
    where status in ('open', 'uncollectible') and (last_paid_on is null or last_paid_on < invoiced_on)
    group by subscription_id
),
renewal as (
    select
        agreement_id,
        arg_max(is_renewed, held_from) as is_renewed
    from marts.agreement_term
    where is_renewed is not null
    group by agreement_id
),
in_parts as (
    select distinct offer_id
    from staging.private_offer_instalment
),
contract as (
    select
        subscription.subscription_id as contract_id,
        coalesce(subscription.customer_id, beside.customer_id, buyer.customer_id) as customer_id,
        'stripe' as rail,
        coalesce(subscription.plan_id, beside.plan_id, sold_plan.plan_id) as plan_id,
        case when coalesce(subscription.plan_id, beside.plan_id, sold_plan.plan_id) is null then price.lookup_key end
            as plan_key,
        paid.term,
        subscription.started_on,
        subscription.ended_on,
        subscription.started_at,
        subscription.ended_at,
        subscription.is_cancelled,
        subscription.will_end_on,
        subscription.cancellation_reason as why_ended,
        paid.price_usd as recorded_price_usd,
        paid.full_usd as before_coupons_usd,
        cast(null as varchar) as offer_id,
        subscription.status,
        case
            when subscription.is_tried_later then subscription.started_on
            else greatest(subscription.started_on, coalesce(subscription.trial_ends_on, subscription.started_on))
        end as recurring_from_on,
        case
            when subscription.is_tried_later
                and (subscription.status = 'paused' or snapshot.snapshot_on < subscription.trial_ends_on)
                then least(subscription.trial_starts_on, subscription.ended_on)
            when subscription.status = 'paused' then subscription.started_on
            when subscription.status = 'unpaid' then unpaid.unpaid_since_on
            else subscription.ended_on
        end as recurring_until_on
    from staging.stripe_subscription as subscription
    cross join staging.snapshot as snapshot
    left join beside on subscription.subscription_id = beside.subscription_id
    left join marts.stripe_buyer as buyer on subscription.stripe_customer_id = buyer.stripe_customer_id
    left join marts.stripe_subscription_price as paid on subscription.subscription_id = paid.subscription_id
    left join staging.stripe_price as price on paid.price_id = price.price_id
    left join sold_plan on paid.price_id = sold_plan.price_id
    left join unpaid on subscription.subscription_id = unpaid.subscription_id
    where subscription.has_begun
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
        agreement.ended_on is null
            and (
                coalesce(agreement.end_behaviour = 'EXPIRE', false)
                or (agreement.end_behaviour is null and coalesce(not renewal.is_renewed, false))
            ) as is_cancelled,
        agreement.ends_on as will_end_on,
        agreement.status_reason_code as why_ended,
        agreement.agreement_value_usd as recorded_price_usd,
        agreement.agreement_value_usd as before_coupons_usd,
        case when targeted.is_private then agreement.offer_id end as offer_id,
        agreement.status,
        agreement.started_on as recurring_from_on,
        agreement.ended_on as recurring_until_on
    from marts.marketplace_agreement as agreement
    left join account on agreement.acceptor_account_id = account.account_id
    left join buyer on account.aws_account_id = buyer.aws_account_id
    left join offer on agreement.offer_id = offer.offer_id
    left join renewal on agreement.agreement_id = renewal.agreement_id
    asof left join targeted
        on agreement.offer_id = targeted.offer_id
        and coalesce(agreement.offer_revision, 2147483647) >= targeted.offer_revision
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
        contract.term,
        plan.term,
        case when contract.rail = 'stripe' then 'custom' end
    ) as term,
    contract.started_on,
    contract.ended_on,
    contract.started_at,
    contract.ended_at,
    contract.is_cancelled,
    case when contract.is_cancelled then contract.will_end_on end as will_end_on,
    case
        when contract.ended_on is null then null
        when contract.why_ended in ('upgrade', 'downgrade') then contract.why_ended
        else 'churn'
    end as end_reason,
    contract.recorded_price_usd,
    contract.before_coupons_usd,
    contract.offer_id,
    in_parts.offer_id is not null as is_in_instalments,
    contract.status,
    least(contract.recurring_from_on, coalesce(contract.recurring_until_on, contract.recurring_from_on))
        as recurring_from_on,
    contract.recurring_until_on
from contract
left join marts.plan as plan on contract.plan_id = plan.plan_id or contract.plan_key = plan.plan_key
left join staging.private_offer as offered on contract.offer_id = offered.offer_id
left join staging.slug as slug on plan.slug = slug.slug
left join in_parts on contract.offer_id = in_parts.offer_id
