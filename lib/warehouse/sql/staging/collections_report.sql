-- one row per (source_file, source_line): a line of AWS's collections and disbursements report, per disbursement
select
    source_file,
    source_line,
    invoice_id,
    currency,
    disbursement_status,
    utc_day(disbursement_date) as disbursed_on,
    disburse_bank_trace_id as bank_trace_id,
    cast(disbursed_net_revenue as decimal(18, 6)) as disbursed
from raw.collections_report
