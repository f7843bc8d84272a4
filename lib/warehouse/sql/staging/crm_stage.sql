-- one row per (crm, crm_stage): a name that a CRM has for a stage, and which stage of ours it is by data/stages.toml
select
    crm,
    crm_label,
    crm_stage,
    stage,
    outcome,
    cast(crm_probability as decimal(18, 6)) as crm_probability_rate,
    source,
    as_of
from raw.crm_stage
