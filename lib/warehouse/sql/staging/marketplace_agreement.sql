-- one row per (agreement_id, valid_from): what held about an agreement from a time on
-- its value is exact in its own currency, which is dollars where none is named; in dollars it is a price, to the cent
select
    agreement_id,
    acceptor_account_id,
    proposer_account_id,
    offer_id,
    cast(offer_revision_at_acceptance as integer) as offer_revision,
    preceding_agreement_id,
    upper(intent) as intent,
    license_arn,
    status,
    status_reason_code,
    cast(estimated_agreement_value as decimal(18, 6)) as agreement_value,
    coalesce(upper(currency_code), 'USD') as currency,
    case when coalesce(upper(currency_code), 'USD') = 'USD' then cast(estimated_agreement_value as decimal(18, 2)) end
        as agreement_value_usd,
    utc_day(start_time) as started_on,
    utc_day(acceptance_time) as accepted_on,
    case when status <> 'Active' then utc_day(end_time) end as ended_on,
    case when not starts_with(end_time, '9999') then utc_day(end_time) end as ends_on,
    utc_instant(valid_from) as valid_from,
    held_from,
    held_until
from held.marketplace_agreement
