-- one row per (credit_note_id): what was taken back of an invoice after it was sent; it is no line of that invoice
select
    note.credit_note_id,
    note.invoice_id,
    buyer.customer_id,
    note.credited_on,
    note.total_usd
from staging.stripe_credit_note as note
left join staging.stripe_invoice as invoice on note.invoice_id = invoice.invoice_id
left join marts.stripe_buyer as buyer on invoice.stripe_customer_id = buyer.stripe_customer_id
