-- The listing specification of 2026-05-09, typed from the paper a second time, as the relations that sql_rater.sql reads.
-- `reading` is a one-row relation made by the runner: it says how the open places of the paper are read.

create table plan_tier as
select * from (values
    ('starter-monthly', 'starter'), ('starter-annual', 'starter'),
    ('accelerate-monthly', 'accelerate'), ('accelerate-annual', 'accelerate'),
    ('command_plus-monthly', 'command'), ('command_plus-annual', 'command'),
    ('enterprise-custom', 'enterprise')
) as printed (plan_key, tier);

-- "Metering dimensions (overage)": unit, base price, included, and the first tier that has it
create table metered as
select * from (values
    ('words', 1000, 0.001, 50000, 'starter'),
    ('images', 1, 0.050, 100, 'starter'),
    ('audio_minutes', 1, 0.010, 30, 'accelerate'),
    ('video_minutes', 1, 0.500, 5, 'command'),
    ('api_requests', 1000, 0.010, 10000, 'accelerate'),
    ('gtm_workflows', 1, 5.000, 5, 'starter'),
    ('team_seats', 1, 29.000, 0, 'starter'),
    ('seo_credits', 1, 0.100, 50, 'starter')
) as printed (dimension, unit_size, base_price, included, tier_floor);

-- "words: $0.001 -> $0.0008 above 100K -> $0.0006 above 500K"
create table words_band as
select * from (values (100000, 0.0008), (500000, 0.0006)) as printed (above, price);

create table price_band as
select dimension, unit_size, 0 as above, base_price as unit_price from metered
union all
select 'words', 1000, above, price from words_band;

-- "Tier x dimension applicability"; a dash is no row
create table matrix as
select * from (values
    ('words', '50000', '50000', '50000', 'by_contract'),
    ('images', '100', '100', '100', 'by_contract'),
    ('audio_minutes', null, '30', '30', 'by_contract'),
    ('video_minutes', null, null, '5', 'by_contract'),
    ('api_requests', null, '10000', '10000', 'by_contract'),
    ('gtm_workflows', '5', 'unlimited', 'unlimited', 'by_contract'),
    ('team_seats', '3', '10', '25', 'unlimited'),
    ('seo_credits', '50', '50', '50', 'by_contract')
) as printed (dimension, starter, accelerate, command, enterprise);

create table printed_allowance as
select dimension, tier, included
from (unpivot matrix on starter, accelerate, command, enterprise into name tier value included);

create table allowance as
select
    printed_allowance.tier,
    printed_allowance.dimension,
    case
        when reading.allowances = 'uniform' or printed_allowance.included not in ('unlimited', 'by_contract')
            then 'quantity'
        else printed_allowance.included
    end as kind,
    case
        when reading.allowances = 'uniform' then cast(metered.included as decimal(24, 6))
        else try_cast(printed_allowance.included as decimal(24, 6))
    end as quantity,
    'charge' as over_limit
from printed_allowance
inner join metered on printed_allowance.dimension = metered.dimension
cross join reading;

create table book_price as
select
    price_band.dimension,
    tiers.tier,
    reading.bands,
    reading.thresholds,
    reading.part_units,
    cast(price_band.unit_size as decimal(18, 6)) as unit_size,
    cast(
        price_band.above * case when reading.threshold_unit = 'priced' then price_band.unit_size else 1 end
        as decimal(24, 6)
    ) as band_from,
    cast(
        case
            when reading.stripe_overage = 'nothing' and reading.rail = 'stripe' then 0
            else price_band.unit_price
        end as decimal(20, 10)
    ) as unit_price
from price_band
cross join (select distinct tier from plan_tier) as tiers
cross join reading;
