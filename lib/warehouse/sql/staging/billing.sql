-- one row per (usage_invoice_day): the day of the next month on which a month's usage is invoiced, as data/billing.toml says
select usage_invoice_day
from raw.billing
