-- one row per (integrator, order_id, field): where an integrator's view of a sale is not that of the AWS feeds
-- an order is its agreement, or else the one agreement of its offer; where AWS sent none, nothing can be compared
with
agreement as (
    select agreement_id, offer_id, acceptor_account_id, agreement_value_usd, started_on
    from staging.marketplace_agreement
    qualify row_number() over (partition by agreement_id order by valid_from desc) = 1
),
account as (
    select account_id, aws_account_id
    from staging.marketplace_account
    qualify row_number() over (partition by account_id order by valid_from desc) = 1
),
of_offer as (
    select offer_id, min(agreement_id) as agreement_id
    from agreement
    group by offer_id
    having count(*) = 1
),
pair as (
    select
        sold.*,
        agreement.agreement_id as aws_agreement_id,
        agreement.offer_id as aws_offer_id,
        account.aws_account_id,
        agreement.agreement_value_usd as aws_amount_usd,
        agreement.started_on as aws_starts_on
    from marts.integrator_order as sold
    left join of_offer on sold.offer_id = of_offer.offer_id
    left join agreement on agreement.agreement_id = coalesce(sold.agreement_id, of_offer.agreement_id)
    left join account on agreement.acceptor_account_id = account.account_id
    where exists (select 1 from agreement)
)
select integrator, order_id, 'agreement' as field, coalesce(agreement_id, offer_id, 'none named') as value,
    null as aws_value
from pair
where aws_agreement_id is null
union all
select integrator, order_id, 'offer' as field, offer_id as value, aws_offer_id as aws_value
from pair
where offer_id <> aws_offer_id
union all
select integrator, order_id, 'buyer' as field, buyer_account_id as value, aws_account_id as aws_value
from pair
where buyer_account_id <> aws_account_id
union all
select integrator, order_id, 'amount' as field, cast(amount_usd as varchar) as value,
    cast(aws_amount_usd as varchar) as aws_value
from pair
where amount_usd <> aws_amount_usd
union all
select integrator, order_id, 'start' as field, cast(starts_on as varchar) as value,
    cast(aws_starts_on as varchar) as aws_value
from pair
where starts_on <> aws_starts_on
