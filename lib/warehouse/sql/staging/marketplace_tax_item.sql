-- one row per (tax_item_id, valid_from): a tax on one line of an invoice, by jurisdiction, and who owes it
select
    tax_item_id,
    invoice_id,
    line_item_id,
    tax_liable_party,
    transaction_type_code,
    product_id,
    tax_type_code,
    taxed_jurisdiction,
    cast(taxable_amount as decimal(38, 6)) as taxable_amount,
    cast(tax_jurisdiction_rate as decimal(18, 9)) as tax_rate,
    cast(tax_amount as decimal(38, 6)) as tax_amount,
    tax_currency as currency,
    utc_day(invoice_date) as invoiced_on,
    transaction_reference_id,
    utc_instant(valid_from) as valid_from,
    held_until
from held.marketplace_tax_item
