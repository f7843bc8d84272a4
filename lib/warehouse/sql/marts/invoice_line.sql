-- one row per (rail, invoice_id, line_id): an invoiced amount; its period's end is exclusive, credits are negative
-- discount_usd is what coupons have already taken off the amount
with
line as (
    select
        'stripe' as rail,
        line.invoice_id,
        line.line_id,
        line.subscription_id as contract_id,
        line.is_proration,
        price.lookup_key as sold_key,
        line.period_start_on,
        line.period_end_on,
        invoice.invoiced_on,
        line.amount_usd,
        line.discount_usd,
        buyer.customer_id
    from staging.stripe_invoice_line_item as line
    left join staging.stripe_invoice as invoice on line.invoice_id = invoice.invoice_id
    left join staging.stripe_price as price on line.price_id = price.price_id
    left join marts.stripe_buyer as buyer on invoice.stripe_customer_id = buyer.stripe_customer_id
    where invoice.status is null or invoice.status not in ('draft', 'void')
    union all
    select
        'aws' as rail,
        event.buyer_invoice_id as invoice_id,
        event.billing_event_id as line_id,
        event.agreement_id as contract_id,
        event.is_proration,
        event.reference_key as sold_key,
        event.period_start_on,
        event.period_end_on,
        event.invoiced_on,
        cast(event.amount_usd as decimal(18, 2)) as amount_usd,
        cast(0 as decimal(18, 2)) as discount_usd,
        cast(null as varchar) as customer_id
    from staging.marketplace_billing_event as event
    where
        event.action = 'INVOICED'
        and event.part in ('gross', 'refund')
        and event.currency = 'USD'
        and event.product_id not in (select product_id from marts.marketplace_product where not is_ours)
)
select
    line.rail,
    line.invoice_id,
    line.line_id,
    coalesce(contract.customer_id, line.customer_id) as customer_id,
    line.contract_id,
    case
        when line.is_proration then 'proration'
        when dimension.dimension is not null then 'usage'
        else 'base'
    end as kind,
    dimension.dimension,
    case when dimension.dimension is null then line.sold_key end as plan_key,
    line.period_start_on,
    line.period_end_on,
    case when dimension.dimension is not null then cast(date_trunc('month', line.period_start_on) as date) end
        as usage_month,
    line.invoiced_on,
    line.amount_usd,
    line.discount_usd
from line
left join marts.contract as contract on line.contract_id = contract.contract_id
left join staging.dimension as dimension on line.sold_key = dimension.dimension
