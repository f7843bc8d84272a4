-- one row per (invoice_id, currency): the buyer's invoice as AWS's own billed revenue report tells it, from the feeds
-- the columns and their names are the report's, amounts in `currency` with the report's signs, rounded at the end only;
-- what the feeds do not hold is null, where the report writes "Not available" or "Not applicable"
-- listing_fee_percentage is a fraction, cut off behind the fourth decimal; several values are all named, in order
-- what was paid out was collected before, also by a feed of the years before AWS told so
-- disbursed and undisbursed add up to the net less what was forgiven: nothing of that waits to be paid
with
event as (
    select
        event.*,
        event.action = 'INVOICED' and not event.is_informational as is_in_net
    from marts.marketplace_event as event
),
summed as (
    select
        sale_id as invoice_id,
        currency,
        min(case when action = 'INVOICED' and part <> 'fee' then invoiced_on end) as invoice_date,
        max(case when action = 'INVOICED' then due_on end) as payment_due_date,
        every_value(case when part in ('fee', 'fee_refund') then invoice_id end) as fee_invoices,
        every_value(case when part = 'wholesale' then invoice_id end) as wholesale_invoice_id,
        every_value(case when invoice_variant = 'TAX_VAT' then invoice_id end) as seller_issued_invoice_id,
        max(case when invoice_variant = 'TAX_VAT' then invoice_variant end) as seller_issued_invoice_variant,
        max(agreement_id) as agreement_id,
        max(offer_id) as offer_id,
        nullif(max(product_id), '') as product_id,
        max(case when part = 'gross' then from_account_id end) as payer_account_id,
        max(case when part = 'gross' then end_user_account_id end) as end_user_account_id,
        max(case when part = 'gross' then billing_address_id end) as billing_address_id,
        max(catalog) as catalog,
        max(broker_id) as broker_id,
        coalesce(bool_or(is_resold), false) as is_resold,
        min(period_start_on) as usage_period_start_date,
        max(period_end_on) - 1 as usage_period_end_date,
        every_value(transaction_reference_id) as transaction_reference_id,
        max(case when is_paid then action_on end) as disbursement_date,
        every_value(case when is_paid then bank_trace_id end) as disburse_bank_trace_id,
        every_value(case when is_paid then disbursement_reference_number end) as disbursement_reference_number,
        max(case when action = 'COLLECTED' then action_on end) as last_collection_date,
        bool_or(has_failed) as has_failed,
        sum(case when action = 'INVOICED' and part = 'gross' then amount else 0 end) as gross,
        sum(case when action = 'INVOICED' and part = 'refund' then amount else 0 end) as refund,
        sum(case when action = 'INVOICED' and part = 'fee' then amount else 0 end) as fee,
        sum(case when action = 'INVOICED' and part = 'fee_refund' then amount else 0 end) as fee_refund,
        sum(case when action = 'INVOICED' and part = 'seller_tax' and not is_refund then amount else 0 end)
            as seller_tax,
        sum(case when action = 'INVOICED' and part = 'seller_tax' and is_refund then amount else 0 end)
            as seller_tax_refund,
        sum(case
            when action = 'INVOICED' and part = 'aws_tax' and not is_refund
                and coalesce(charge_variant, '') <> 'LISTING_FEE' then amount
            else 0
        end) as aws_tax,
        sum(case
            when action = 'INVOICED' and part = 'aws_tax' and is_refund
                and coalesce(charge_variant, '') <> 'LISTING_FEE' then amount
            else 0
        end) as aws_tax_refund,
        sum(case
            when action = 'INVOICED' and part = 'aws_tax' and not is_refund and charge_variant = 'LISTING_FEE'
                then amount
            else 0
        end) as aws_tax_of_fee,
        sum(case
            when action = 'INVOICED' and part = 'aws_tax' and is_refund and charge_variant = 'LISTING_FEE' then amount
            else 0
        end) as aws_tax_refund_of_fee,
        sum(case when action = 'INVOICED' and part = 'wholesale' and not is_refund then amount else 0 end)
            as wholesale_cost,
        sum(case when action = 'INVOICED' and part = 'wholesale' and is_refund then amount else 0 end)
            as wholesale_cost_refund,
        sum(case when is_in_net then amount else 0 end) as net,
        greatest(
            sum(case when action = 'COLLECTED' then amount else 0 end),
            -sum(case when is_paid then amount else 0 end)
        ) as collected,
        -sum(case when is_paid then amount else 0 end) as disbursed,
        sum(case when part in ('fee', 'fee_refund') then -forgiven else forgiven end) as forgiven_net
    from event
    group by sale_id, currency
),
account as (
    select
        account.account_id,
        account.aws_account_id,
        account.encrypted_account_id,
        address.address_id,
        coalesce(address.company_name, account.tax_legal_name) as company_name,
        address.email_domain,
        address.city,
        address.state_or_region,
        address.country,
        address.postal_code
    from staging.marketplace_account as account
    left join staging.marketplace_address as address
        on account.mailing_address_id = address.address_id and address.held_until = timestamp '9999-12-31'
    where account.held_until = timestamp '9999-12-31'
),
agreement as (
    select
        agreement_id,
        acceptor_account_id,
        proposer_account_id,
        started_on,
        accepted_on,
        ended_on
    from staging.marketplace_agreement
    where held_until = timestamp '9999-12-31'
),
accepted as (
    select
        agreement_id,
        every_value(term_type) as accepted_term_types
    from staging.marketplace_agreement_term
    where held_until = timestamp '9999-12-31'
    group by agreement_id
),
offer as (
    select
        offer_id,
        arg_max(offer_name, (offer_revision, valid_from)) as offer_name
    from staging.marketplace_offer
    group by offer_id
),
target as (
    select
        offer_id,
        bool_or(is_private) as is_private
    from staging.marketplace_offer_target
    group by offer_id
),
maker as (
    select product_id, manufacturer_account_id
    from staging.marketplace_product
    where held_until = timestamp '9999-12-31'
)
select
    summed.invoice_date,
    summed.payment_due_date,
    'Net ' || (summed.payment_due_date - summed.invoice_date) || ' days' as payment_term,
    summed.invoice_id,
    summed.fee_invoices as listing_fee_invoice_id,
    summed.wholesale_invoice_id,
    summed.seller_issued_invoice_id,
    summed.seller_issued_invoice_variant,
    subscriber.company_name as subscriber_company_name,
    subscriber.aws_account_id as subscriber_aws_account_id,
    subscriber.encrypted_account_id as subscriber_encrypted_account_id,
    subscriber.email_domain as subscriber_email_domain,
    subscriber.city as subscriber_city,
    subscriber.state_or_region as subscriber_state_or_region,
    subscriber.country as subscriber_country,
    subscriber.postal_code as subscriber_postal_code,
    subscriber.address_id as subscriber_address_id,
    product.title as product_title,
    offer.offer_name,
    summed.offer_id,
    cast(null as varchar) as offer_set_id,
    case when summed.offer_id is not null then if(coalesce(target.is_private, false), 'Private', 'Public') end
        as offer_visibility,
    summed.agreement_id,
    agreement.started_on as agreement_start_date,
    agreement.accepted_on as agreement_acceptance_date,
    agreement.ended_on as agreement_end_date,
    accepted.accepted_term_types,
    summed.catalog,
    summed.usage_period_start_date,
    summed.usage_period_end_date,
    case
        when summed.disbursed = summed.net - summed.forgiven_net and summed.disbursed <> 0 then 'Disbursed'
        when summed.disbursed <> 0 then 'Partially disbursed'
        when summed.has_failed then 'Failed'
        else 'Not disbursed'
    end as disbursement_status,
    case when summed.disbursed <> 0 or not summed.has_failed then summed.disbursement_date end as disbursement_date,
    summed.disburse_bank_trace_id,
    summed.disbursement_reference_number,
    cast(summed.gross as decimal(18, 2)) as gross_revenue,
    cast(summed.refund as decimal(18, 2)) as gross_refund,
    cast(summed.fee as decimal(18, 2)) as listing_fee,
    cast(summed.fee_refund as decimal(18, 2)) as listing_fee_refund,
    rate_of(summed.fee + summed.fee_refund, summed.gross + summed.refund) as listing_fee_percentage,
    cast(summed.seller_tax as decimal(18, 2)) as seller_tax_share,
    cast(summed.seller_tax_refund as decimal(18, 2)) as seller_tax_share_refund,
    cast(summed.aws_tax as decimal(18, 2)) as aws_tax_share,
    cast(summed.aws_tax_refund as decimal(18, 2)) as aws_tax_share_refund,
    cast(summed.aws_tax_of_fee as decimal(18, 2)) as aws_tax_share_listing_fee,
    cast(summed.aws_tax_refund_of_fee as decimal(18, 2)) as aws_tax_share_refund_listing_fee,
    cast(summed.wholesale_cost as decimal(18, 2)) as wholesale_cost,
    cast(summed.wholesale_cost_refund as decimal(18, 2)) as wholesale_cost_refund,
    cast(summed.net as decimal(18, 2)) as seller_net_revenue,
    cast(summed.collected as decimal(18, 2)) as collected_net_revenue,
    cast(summed.net - summed.collected as decimal(18, 2)) as uncollected_net_revenue,
    summed.last_collection_date,
    summed.currency,
    summed.transaction_reference_id,
    coalesce(summed.broker_id, 'AWS_INC') as aws_seller_of_record,
    cast(null as varchar) as resale_authorization_id,
    cast(null as varchar) as resale_authorization_name,
    cast(null as varchar) as resale_authorization_description,
    case when summed.is_resold then reseller.company_name end as reseller_company_name,
    case when summed.is_resold then reseller.aws_account_id end as reseller_aws_account_id,
    payer.company_name as payer_company_name,
    payer.aws_account_id as payer_aws_account_id,
    payer.encrypted_account_id as payer_encrypted_account_id,
    payer.email_domain as payer_email_domain,
    payer.city as payer_city,
    payer.state_or_region as payer_state_or_region,
    payer.country as payer_country,
    payer.postal_code as payer_postal_code,
    payer.address_id as payer_address_id,
    maker.manufacturer_account_id as isv_account_id,
    isv.company_name as isv_company_name,
    summed.product_id,
    cast(summed.disbursed as decimal(18, 2)) as disbursed_net_revenue,
    cast(summed.net - summed.forgiven_net - summed.disbursed as decimal(18, 2)) as undisbursed_net_revenue
from summed
left join agreement on summed.agreement_id = agreement.agreement_id
left join account as subscriber
    on coalesce(agreement.acceptor_account_id, summed.end_user_account_id, summed.payer_account_id)
    = subscriber.account_id
left join account as payer on summed.payer_account_id = payer.account_id
left join account as reseller on agreement.proposer_account_id = reseller.account_id
left join accepted on summed.agreement_id = accepted.agreement_id
left join offer on summed.offer_id = offer.offer_id
left join target on summed.offer_id = target.offer_id
left join marts.marketplace_product as product on summed.product_id = product.product_id
left join maker on product.current_id = maker.product_id
left join account as isv on maker.manufacturer_account_id = isv.account_id
