-- one row per (crm, crm_stage): a name that a CRM has for a stage, and which stage of ours it is
select
    crm,
    crm_label,
    crm_stage,
    stage,
    outcome,
    crm_probability_rate,
    source,
    as_of
from staging.crm_stage
