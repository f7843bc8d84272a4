-- the schemas, and every conversion from exported text: one home each
create schema raw;
create schema held;
create schema staging;
create schema marts;

-- dollars as text → exact dollars and cents
create macro usd(amount) as cast(amount as decimal(18, 2));

-- integer cents as text → exact dollars and cents
create macro cents_to_usd(cents) as cast(cast(cents as decimal(18, 0)) * 0.01 as decimal(18, 2));

-- a date or a UTC time as text → its UTC day
create macro utc_day(moment) as cast(left(moment, 10) as date);

-- a UTC time as text → the instant; of a date alone its midnight
create macro utc_instant(moment) as cast(replace(rtrim(replace(moment, '+00:00', ''), 'Z'), 'T', ' ') as timestamp);

-- a UTC time as text, or seconds since 1970 → the instant
create macro utc_moment(moment) as case
    when regexp_full_match(moment, '\d{1,11}(\.\d+)?')
        then timestamp '1970-01-01' + to_microseconds(cast(cast(moment as decimal(38, 6)) * 1000000 as bigint))
    else utc_instant(moment)
end;

-- how often a plan is paid, in the words of the plans table → its term
create macro term_of(frequency) as case frequency when 'yearly' then 'annual' else frequency end;

-- how many years an offer commits to → its term
create macro term_of_years(years) as
    list_extract(['annual', 'two_year', 'three_year', 'four_year', 'five_year'], years);

-- what every so many months, weeks or days cost → what a year of them costs, to the cent, halves up
create macro yearly(period_usd, units_per_year, units) as cents_to_usd(
    (cast(period_usd * 100 as bigint) * units_per_year * 2 + units) // (2 * units)
);

-- an amount's part of a whole, to the cent, halves away from zero; nothing where there is no whole
create macro part_of(amount, part, whole) as coalesce(cents_to_usd(
    cast(sign(amount) as integer)
    * ((2 * cast(abs(amount) * 100 as hugeint) * cast(part * 100 as hugeint) + cast(whole * 100 as hugeint))
        // (2 * nullif(cast(whole * 100 as hugeint), 0)))
), 0);

-- what was paid after a discount of a fraction of at most six decimals → what the discount took off, to the cent
create macro taken_off(paid, discount) as coalesce(part_of(paid, cast(discount * 10000 as decimal(18, 2)),
    cast((1 - discount) * 10000 as decimal(18, 2))), 0);

-- units → how many packs of them are charged: the last one whole, or not at all where the price rounds down
create macro packs(units, pack, rounding) as (units + case rounding when 'down' then 0 else pack - 1 end) // pack;

-- a plan's key: its slug and its term
create macro plan_key(slug, frequency) as slug || '-' || term_of(frequency);

-- a term of an AWS offer → how its rate cards are charged: by what was used, or for a time up front
create macro pricing_of(term_type) as
    case term_type when 'UsageBasedPricingTerm' then 'usage' when 'ConfigurableUpfrontPricingTerm' then 'contract' end;

-- a price as AWS writes it → the exact price; none where it is no number, or has more decimals than a listing holds
create macro listed_price(price) as
    case when regexp_full_match(price, '\d{1,10}(\.\d{1,8})?') then cast(price as decimal(18, 8)) end;

-- how many, as text → the whole number; none where it is no number, or not a whole one: casts would round it
create macro whole_number(many) as
    case when regexp_full_match(many, '\d{1,12}(\.0+)?') then cast(split_part(many, '.', 1) as bigint) end;

-- yes, no, or nobody wrote it down
create macro yes_no_unknown(answer) as case when lower(answer) in ('yes', 'no') then lower(answer) else 'unknown' end;

-- a flag of an export → true, false, or null where nobody set it
create macro yes_no_null(answer) as case lower(answer) when 'yes' then true when 'no' then false end;

-- a stage's name without case, spaces and punctuation, as lib/warehouse/stages.py simplifies it
create macro simple_name(stage) as regexp_replace(lower(stage), '[\s_./-]+', '', 'g');

-- a record's id in a CRM → what names it elsewhere: Salesforce writes one id in 15 letters, or in 18 that mind no case
create macro crm_id(id) as
    case when regexp_full_match(id, '006[A-Za-z0-9]{12}([A-Z0-5]{3})?') then left(id, 15) else id end;

-- an AWS account id as text → its twelve digits, with the zeros that spreadsheets drop
create macro aws_account(account) as case when length(account) < 12 then lpad(account, 12, '0') else account end;

-- a unit's plural as the price list prints it ("reqs" is its short word for requests) → one unit
create macro singular(units) as case units when 'reqs' then 'request' else rtrim(units, 's') end;

-- what a billing event of AWS is a part of, whatever its action says was done with it
-- what a reseller pays for what it sells is wholesale; `other` is a type that AWS has added since
create macro aws_part(transaction_type, charge_variant, charge_side) as case
    when transaction_type = 'DISBURSEMENT' then 'disbursement'
    when transaction_type = 'DISBURSEMENT_FAILURE' then 'disbursement_failure'
    when transaction_type = 'BALANCE_ADJUSTMENT' then 'adjustment'
    when transaction_type in ('AWS_INFRA_SHARE', 'INFRA_FEE_PRETAX') then 'infrastructure'
    when starts_with(transaction_type, 'AWS_TAX_SHARE') then 'aws_tax'
    when starts_with(transaction_type, 'AWS_REV_SHARE_') then 'fee_refund'
    when transaction_type = 'AWS_REV_SHARE' then 'fee'
    when charge_variant = 'RESALE' and charge_side = 'BUYING' then 'wholesale'
    when starts_with(transaction_type, 'SELLER_TAX_SHARE') then 'seller_tax'
    when starts_with(transaction_type, 'OTHER_SELLER_TAX_SHARE') then 'other_seller_tax'
    when starts_with(transaction_type, 'SELLER_REV_SHARE_') then 'refund'
    when transaction_type = 'SELLER_REV_SHARE' then 'gross'
    else 'other'
end;

-- a part of an amount, both exact → its rate, cut off behind the fourth decimal as AWS does; whole numbers stay exact
create macro rate_of(part, whole) as cast(
    cast(abs(cast(part as decimal(38, 6))) * 1000000 as hugeint) * 10000
    // cast(nullif(abs(cast(whole as decimal(38, 6))), 0) * 1000000 as hugeint) as decimal(18, 0)
) * 0.0001;

-- the different values of a group, in order and with commas between; null where it has none
create macro every_value(value) as nullif(array_to_string(list_sort(list(distinct value)), ', '), '');

-- whether a text is a UTC time to the second or finer, like 2026-10-31T23:59:59Z
create macro is_utc_time(moment) as
    regexp_full_match(moment, '\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?Z')
    and try_cast(moment as timestamp) is not null;

-- how much a text says was used, times a factor of at most 9 decimals, exactly; not trimmed or rounded, else null
create macro times_factor(quantity, factor) as
    case
        when regexp_full_match(quantity, '0*[0-9]{1,11}(\.[0-9]{1,9})?')
            then try_cast(quantity as decimal(20, 9)) * try_cast(factor as decimal(18, 9))
    end;

-- a product that needs more than the 6 decimals of a quantity
create macro is_too_fine(product) as cast(cast(product as decimal(26, 6)) as decimal(38, 18)) <> product;

-- the quantity of an event as text, below a thousand million and in at most 6 decimals; null where it is none
create macro event_quantity(quantity, factor) as
    case
        when factor is null
            then case when regexp_full_match(quantity, '0*[0-9]{1,9}(\.[0-9]{1,6})?') then quantity end
        when times_factor(quantity, factor) < 1000000000 and not is_too_fine(times_factor(quantity, factor))
            then regexp_replace(
                cast(cast(times_factor(quantity, factor) as decimal(26, 6)) as varchar), '\.?0+$', ''
            )
    end;

-- why a text is no quantity of an event
create macro quantity_complaint(quantity, factor) as
    case
        when quantity = '' and factor is not null then 'is empty'
        when regexp_full_match(quantity, '-[0-9]+(\.[0-9]+)?') then 'is negative: ' || quantity
        when factor is null and regexp_full_match(quantity, '[0-9]+\.[0-9]{7,}')
            then 'has more than 6 decimals: ' || quantity
        when not regexp_full_match(quantity, '[0-9]+(\.[0-9]+)?') then 'is not a plain decimal number: ' || quantity
        when is_too_fine(times_factor(quantity, factor)) or regexp_full_match(quantity, '[0-9]+\.[0-9]{10,}')
            then 'times ' || factor || ' has more than 6 decimals: ' || quantity
        when factor is not null then 'times ' || factor || ' is too large for one event: ' || quantity
        else 'is too large for one event: ' || quantity
    end;
