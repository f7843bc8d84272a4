-- one row per (usage_invoice_day): the day of the next month that invoices usage (data/billing.toml)
select usage_invoice_day
from raw.billing
