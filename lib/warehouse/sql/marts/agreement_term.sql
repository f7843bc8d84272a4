-- one row per (agreement_id, term_id, held_from): what a buyer chose in a term, and how long that held
-- the feed keeps every version; where it has none of an agreement, what the API says today held from ever
with
told as (
    select agreement_id, term_id, term_type, configuration, held_from, held_until
    from staging.marketplace_agreement_term
    union all
    select
        term.agreement_id,
        term.term_id,
        term.term_type,
        term.configuration,
        timestamp '0001-01-01' as held_from,
        timestamp '9999-12-31' as held_until
    from staging.api_agreement_term as term
    where term.agreement_id not in (select agreement_id from staging.marketplace_agreement_term)
)
select
    agreement_id,
    term_id,
    term_type,
    configuration ->> '$.selectorValue' as duration,
    cast(configuration ->> '$.enableAutoRenew' as boolean) as is_renewed,
    configuration -> '$.dimensions' as dimensions,
    held_from,
    held_until
from told
