-- one row per (rail, invoice_id, line_id): an invoiced amount; its period's end is exclusive, credits are negative
-- discount_usd is what coupons have already taken off the amount
-- AWS bills fractions of a cent: a line is what its invoice's sum, in cents, grew by with it, so that the lines of an
-- invoice add up to its sum rounded once
with
aws_sale as (
    select
        *,
        sum(amount) over (
            partition by sale_id
            order by action_on, billing_event_id
            rows between unbounded preceding and current row
        ) as sum_with_it
    from marts.marketplace_event
    where action = 'INVOICED' and part in ('gross', 'refund') and currency = 'USD' and is_ours
),
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
        aws_sale.sale_id as invoice_id,
        aws_sale.billing_event_id as line_id,
        aws_sale.agreement_id as contract_id,
        aws_sale.is_proration,
        aws_sale.reference_key as sold_key,
        aws_sale.period_start_on,
        aws_sale.period_end_on,
        aws_sale.invoiced_on,
        cast(
            cast(aws_sale.sum_with_it as decimal(18, 2))
            - cast(aws_sale.sum_with_it - aws_sale.amount as decimal(18, 2)) as decimal(18, 2)
        ) as amount_usd,
        cast(0 as decimal(18, 2)) as discount_usd,
        cast(null as varchar) as customer_id
    from aws_sale
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
