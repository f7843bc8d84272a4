-- one row per (agreement_id, term_id, valid_from): what a buyer chose in a term from a time on, as JSON
select
    agreement_id,
    term_id,
    term_type,
    cast(term_configuration as json) as configuration,
    utc_instant(valid_from) as valid_from,
    held_from,
    held_until
from held.marketplace_agreement_term
