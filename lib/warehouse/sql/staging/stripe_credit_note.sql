-- one row per (credit_note_id): an invoice taken back in part or whole
select
    credit_note_id,
    invoice_id,
    usd(total_usd) as total_usd,
    utc_day(created_at) as credited_on
from raw.stripe_credit_note
where status <> 'void'
