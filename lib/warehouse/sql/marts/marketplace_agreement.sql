-- one row per (agreement_id): an agreement as it stands, and the listing it is about; null where no feed tells
-- `ends_on` is the end it is agreed to have (exclusive), `end_behaviour` what the agreement API says happens there:
-- RENEW, REPLACE or EXPIRE
with
newest as (
    select
        *,
        row_number() over (partition by agreement_id order by valid_from desc) as recency
    from staging.marketplace_agreement
),
agreement as (
    select
        newest.*,
        coalesce(legacy.new_id, newest.offer_id) as current_offer_id
    from newest
    left join staging.marketplace_legacy_id as legacy
        on legacy.mapping_type = 'OFFER' and newest.offer_id = legacy.legacy_id
    where newest.recency = 1
),
offered as (
    select
        offer_id,
        arg_max(product_id, valid_from) as product_id
    from staging.marketplace_offer_product
    group by offer_id
),
billed as (
    select
        agreement_id,
        nullif(max(product_id), '') as product_id
    from staging.marketplace_billing_event
    where agreement_id is not null
    group by agreement_id
)
select
    agreement.agreement_id,
    agreement.acceptor_account_id,
    agreement.offer_id,
    agreement.offer_revision,
    agreement.preceding_agreement_id,
    agreement.intent,
    agreement.license_arn,
    agreement.status,
    agreement.status_reason_code,
    agreement.agreement_value,
    agreement.currency,
    agreement.agreement_value_usd,
    agreement.started_on,
    agreement.accepted_on,
    agreement.ended_on,
    coalesce(agreement.ends_on, api.ends_on) as ends_on,
    api.end_behaviour,
    coalesce(offered.product_id, billed.product_id) as product_id,
    coalesce(product.is_ours, true) as is_ours
from agreement
left join offered on agreement.current_offer_id = offered.offer_id
left join staging.api_agreement as api on agreement.agreement_id = api.agreement_id
left join billed on agreement.agreement_id = billed.agreement_id
left join marts.marketplace_product as product
    on coalesce(offered.product_id, billed.product_id) = product.product_id
