-- the schemas, and every conversion from exported text: one home each
create schema raw;
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

-- how often a plan is paid, in the words of the plans table → its term
create macro term_of(frequency) as case frequency when 'yearly' then 'annual' else frequency end;

-- how many years an offer commits to → its term
create macro term_of_years(years) as
    list_extract(['annual', 'two_year', 'three_year', 'four_year', 'five_year'], years);

-- a plan's key: its slug and its term
create macro plan_key(slug, frequency) as slug || '-' || term_of(frequency);

-- yes, no, or nobody wrote it down
create macro yes_no_unknown(answer) as case when lower(answer) in ('yes', 'no') then lower(answer) else 'unknown' end;

-- an AWS account id as text → its twelve digits, with the zeros that spreadsheets drop
create macro aws_account(account) as lpad(account, 12, '0');

-- a unit's plural as the price list prints it ("reqs" is its short word for requests) → one unit
create macro singular(units) as case units when 'reqs' then 'request' else rtrim(units, 's') end;
