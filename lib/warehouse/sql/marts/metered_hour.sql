-- one row per (buyer, license_arn, dimension, metered_hour): what the meter took of an hour, and what it did not
-- the first accepted record of an hour counts: sent again, in the same or other words, it is billed once; a record of
-- nothing is accepted too, and an hour without any record has accepted none
-- the month is that of the usage: an hour's record may be stamped with its end, and midnight ends the month before
with
sent as (
    select
        coalesce(record.aws_account_id, known.aws_account_id, record.customer_identifier) as buyer,
        record.*
    from staging.meter_record as record
    left join marts.marketplace_buyer as known on record.customer_identifier = known.buyer
),
hour as (
    select
        buyer,
        license_arn,
        dimension,
        metered_hour,
        min(used_at) as used_at,
        arg_min(quantity, (source_file, source_line, place)) filter (where outcome = 'accepted') as accepted,
        count(*) filter (where outcome = 'accepted') as times_accepted,
        count(*) filter (where outcome = 'duplicate') as times_refused,
        max(quantity) filter (where outcome = 'not_subscribed') as not_subscribed,
        max(quantity) filter (where outcome = 'unprocessed') as unprocessed
    from sent
    group by buyer, license_arn, dimension, metered_hour
),
placed as (
    select
        hour.*,
        buyer.customer_id,
        coalesce(named.dimension, hour.dimension) as our_dimension,
        cast(hour.used_at - interval 1 microsecond as date) as used_on
    from hour
    left join marts.marketplace_buyer as buyer on hour.buyer = buyer.buyer
    left join staging.dimension as named on hour.dimension = named.aws_dimension_name
)
select
    placed.buyer,
    placed.license_arn,
    placed.dimension,
    placed.metered_hour,
    placed.our_dimension,
    coalesce(contract.customer_id, placed.customer_id, 'aws:' || placed.buyer) as customer_id,
    coalesce(license.agreement_id, calendar.contract_id) as contract_id,
    cast(date_trunc('month', placed.used_on) as date) as usage_month,
    cast(coalesce(placed.accepted, 0) as decimal(18, 6)) as quantity,
    placed.times_accepted,
    greatest(placed.times_accepted - 1, 0) + placed.times_refused as repeats,
    cast(case when placed.accepted is null then placed.not_subscribed end as decimal(18, 6)) as not_subscribed,
    cast(case when placed.accepted is null then placed.unprocessed end as decimal(18, 6)) as unprocessed
from placed
left join marts.license as license on placed.license_arn = license.license_arn
left join marts.contract as contract on license.agreement_id = contract.contract_id
left join marts.contract_calendar as calendar
    on license.agreement_id is null
    and calendar.rail = 'aws'
    and placed.customer_id = calendar.customer_id
    and placed.used_on >= calendar.started_on
    and placed.used_on < calendar.ended_on
