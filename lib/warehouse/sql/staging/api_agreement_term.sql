-- one row per (agreement_id, term_id): a term as it was accepted, with what the buyer chose, as the agreement API tells
with
named as (
    select
        agreement_id,
        unnest(term -> '$.*') as term
    from raw.api_agreement_term
)
select
    agreement_id,
    coalesce(term ->> '$.id', term ->> '$.type') as term_id,
    term ->> '$.type' as term_type,
    any_value(cast(term -> '$.configuration' as json)) as configuration
from named
where term ->> '$.type' is not null
group by all
