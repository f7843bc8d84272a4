-- one row per (integrator, order_id): what a third-party integrator says was bought; nobody's bill reads it
select
    integrator,
    order_id,
    offer_id,
    agreement_id,
    product,
    buyer_name,
    buyer_account_id,
    status,
    case when is_in_dollars then amount end as amount_usd,
    case when is_in_dollars then fee end as fee_usd,
    amount,
    currency,
    ordered_on,
    starts_on,
    ends_on
from staging.integrator_order
