-- one row per (source_file, source_line, outcome, place): a usage record sent to the meter, and what became of it
-- `metered_hour` is the whole hour it stands for: the meter takes one record of an hour
with
answered as (
    select
        source_file,
        source_line,
        'answered' as kind,
        cast(unnest(results -> '$[*]') as json) as answer,
        unnest(range(cast(json_array_length(results) as bigint))) as place
    from raw.meter_batch
),
unanswered as (
    select
        source_file,
        source_line,
        cast(unnest(unprocessed -> '$[*]') as json) as record,
        unnest(range(cast(json_array_length(unprocessed) as bigint))) as place
    from raw.meter_batch
    where unprocessed is not null
),
sent as (
    select
        source_file,
        source_line,
        answer ->> '$.Status' as status,
        answer ->> '$.MeteringRecordId' as metering_record_id,
        cast(answer -> '$.UsageRecord' as json) as record,
        place
    from answered
    union all
    select
        source_file,
        source_line,
        'Unprocessed' as status,
        cast(null as varchar) as metering_record_id,
        record,
        place
    from unanswered
)
select
    source_file,
    source_line,
    place,
    case status
        when 'Success' then 'accepted'
        when 'DuplicateRecord' then 'duplicate'
        when 'CustomerNotSubscribed' then 'not_subscribed'
        else 'unprocessed'
    end as outcome,
    metering_record_id,
    record ->> '$.CustomerIdentifier' as customer_identifier,
    aws_account(record ->> '$.CustomerAWSAccountId') as aws_account_id,
    coalesce(record ->> '$.LicenseArn', '') as license_arn,
    record ->> '$.Dimension' as dimension,
    cast(coalesce(record ->> '$.QuantityAsDecimal', record ->> '$.Quantity') as decimal(18, 6)) as quantity,
    utc_moment(record ->> '$.Timestamp') as used_at,
    date_trunc('hour', utc_moment(record ->> '$.Timestamp')) as metered_hour
from sent
