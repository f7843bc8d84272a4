-- one row per (integrator, order_id): what a third-party integrator says was bought
select
    integrator,
    order_id,
    offer_id,
    agreement_id,
    product,
    buyer_name,
    aws_account(buyer_account_id) as buyer_account_id,
    status,
    usd(amount) as amount,
    coalesce(upper(currency), amount_currency) as currency,
    coalesce(upper(currency), 'USD') = 'USD' and coalesce(amount_currency, 'USD') = 'USD' as is_in_dollars,
    usd(fee) as fee,
    cast(ordered_on as date) as ordered_on,
    cast(starts_on as date) as starts_on,
    cast(ends_on as date) as ends_on
from raw.integrator_order
