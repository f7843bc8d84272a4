-- one row per (rail, invoice_id): what a rail took in for an invoice, what it kept and when it paid the rest out
-- list_usd − discount_usd − refund_usd = gross_usd, fee_charged_usd − fee_returned_usd = fee_usd, and gross_usd −
-- fee_usd = net_usd; tax_usd is in none of them. A refund is whatever took a sale back: a dispute and a forgiven charge
-- are refunds too. contract_id is the contract of the invoice's largest line, and the tier and the plan are its own
-- a discount is a coupon's, or what a private offer is below the list price of its plan, as the plans table has it now;
-- usage and refunds of AWS have none
-- Stripe's charges hold the tax, which is what an invoice asks above its lines; a refund gives its part of it back
-- `due_on` is when the rest may be paid out: the day the buyer has to pay AWS by, or that Stripe makes it available
-- `disbursed_on` is null while a part of it is not paid out; `paid_usd` is what was
with
-- refunds and disputes take from what came in; they do not put off the payout of the charge
stripe_moved as (
    select
        invoice_id,
        coalesce(min(case when is_charge then created_on end), min(created_on)) as settled_on,
        coalesce(max(case when is_charge then available_on end), max(available_on)) as available_on,
        sum(case when is_charge then amount_usd else 0 end) as charged_usd,
        -sum(case when is_charge or kind = 'fee' then 0 else amount_usd end) as returned_usd,
        sum(greatest(fee_usd, 0)) + sum(case when kind = 'fee' then greatest(-amount_usd, 0) else 0 end)
            as fee_charged_usd,
        sum(greatest(-fee_usd, 0)) + sum(case when kind = 'fee' then greatest(amount_usd, 0) else 0 end)
            as fee_returned_usd,
        max(payment_method) as payment_method
    from marts.stripe_movement
    group by invoice_id
),
stripe_invoice as (
    select
        moved.* exclude (charged_usd, returned_usd),
        moved.charged_usd - part_of(moved.charged_usd, total.tax_usd, total.total_usd) as sold_usd,
        moved.returned_usd - part_of(moved.returned_usd, total.tax_usd, total.total_usd) as refund_usd,
        part_of(moved.charged_usd, total.tax_usd, total.total_usd)
        - part_of(moved.returned_usd, total.tax_usd, total.total_usd) as tax_usd
    from stripe_moved as moved
    left join marts.stripe_invoice_tax as total on moved.invoice_id = total.invoice_id
),
stripe_settlement as (
    select
        stripe_invoice.* exclude (available_on),
        stripe_invoice.available_on as due_on,
        min(payout.paid_out_on) as disbursed_on
    from stripe_invoice
    left join marts.stripe_payout as payout on stripe_invoice.available_on <= payout.paid_out_on
    group by all
),
-- of an invoice in dollars for our own listing; what a refund, a forgiven charge or a failed payment changes is in it
aws_settlement as (
    select
        invoice_id,
        min(invoiced_on) as settled_on,
        sum(gross) as sold_usd,
        sum(forgiven - refund) as refund_usd,
        -sum(fee) as fee_charged_usd,
        sum(fee_refund + forgiven_fee) as fee_returned_usd,
        sum(tax_in_net) as tax_usd,
        'marketplace' as payment_method,
        max(due_on) as due_on,
        sum(paid) as paid_usd,
        case when not bool_or(is_open) then max(disbursed_on) end as disbursed_on
    from marts.marketplace_line
    where
        is_ours
        and currency = 'USD'
        and invoiced_on is not null
        and (gross <> 0 or refund <> 0 or fee <> 0 or fee_refund <> 0)
    group by invoice_id
),
settlement as (
    select 'stripe' as rail, * from stripe_settlement
    union all by name
    select 'aws' as rail, * from aws_settlement
),
-- what an offer's price is below the list price of as many months or years, where its plan has one
offer as (
    select
        offered.offer_id,
        offered.price_usd,
        offered.multi_year_discount_rate,
        greatest(
            plan.price_usd
            * coalesce(offered.years, 1)
            * case when offered.years is not null and plan.term = 'monthly' then 12 else 1 end
            - offered.price_usd,
            0
        ) as below_list_usd
    from marts.private_offer as offered
    left join marts.plan as plan on offered.plan_key = plan.plan_key
),
invoiced as (
    select
        line.rail,
        line.invoice_id,
        max(line.customer_id) as customer_id,
        arg_max(line.contract_id, (line.amount_usd, line.contract_id)) as contract_id,
        sum(
            line.discount_usd
            + case
                when line.kind = 'proration' or (line.kind = 'base' and line.amount_usd > 0)
                    then case
                        when offer.price_usd is null
                            then taken_off(line.amount_usd, offer.multi_year_discount_rate)
                        else part_of(line.amount_usd, offer.below_list_usd, offer.price_usd)
                    end
                else 0
            end
        ) as discount_usd
    from marts.invoice_line as line
    left join marts.contract as contract on line.contract_id = contract.contract_id
    left join offer on contract.offer_id = offer.offer_id
    group by line.rail, line.invoice_id
),
-- AWS counts in millionths: the sums are rounded once, and the rest of them follows from those, so that all add up
rounded as (
    select
        settlement.* exclude (sold_usd, refund_usd, fee_charged_usd, fee_returned_usd, tax_usd),
        cast(settlement.sold_usd - settlement.refund_usd as decimal(18, 2)) as gross_usd,
        cast(settlement.refund_usd as decimal(18, 2)) as refund_usd,
        cast(settlement.fee_charged_usd - settlement.fee_returned_usd as decimal(18, 2)) as fee_usd,
        cast(settlement.fee_returned_usd as decimal(18, 2)) as fee_returned_usd,
        cast(settlement.tax_usd as decimal(18, 2)) as tax_usd
    from settlement
)
select
    rounded.rail,
    rounded.invoice_id,
    invoiced.customer_id,
    invoiced.contract_id,
    contract.tier,
    contract.plan_key,
    contract.offer_id,
    rounded.settled_on,
    cast(date_trunc('month', rounded.settled_on) as date) as settled_month,
    cast(rounded.gross_usd + rounded.refund_usd + coalesce(invoiced.discount_usd, 0) as decimal(18, 2)) as list_usd,
    cast(coalesce(invoiced.discount_usd, 0) as decimal(18, 2)) as discount_usd,
    rounded.refund_usd,
    rounded.gross_usd,
    cast(rounded.fee_usd + rounded.fee_returned_usd as decimal(18, 2)) as fee_charged_usd,
    rounded.fee_returned_usd,
    rounded.fee_usd,
    cast(rounded.gross_usd - rounded.fee_usd as decimal(18, 2)) as net_usd,
    rounded.tax_usd,
    rounded.payment_method,
    rounded.due_on,
    -- what was paid out whole is the net to the cent; Stripe pays a charge out whole, or not yet
    cast(
        case
            when rounded.disbursed_on is not null then rounded.gross_usd - rounded.fee_usd
            else coalesce(rounded.paid_usd, 0)
        end as decimal(18, 2)
    ) as paid_usd,
    rounded.disbursed_on
from rounded
left join invoiced on rounded.rail = invoiced.rail and rounded.invoice_id = invoiced.invoice_id
left join marts.contract as contract on invoiced.contract_id = contract.contract_id
