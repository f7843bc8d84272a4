-- one row per (source_file, source_line): a line of AWS's billed revenue report
select
    source_file,
    source_line,
    invoice_id,
    utc_day(invoice_date) as invoiced_on,
    agreement_id,
    product_id,
    currency,
    cast(gross_revenue as decimal(18, 6)) as gross,
    cast(coalesce(gross_refund, '0') as decimal(18, 6)) as refund,
    cast(coalesce(listing_fee, '0') as decimal(18, 6)) as fee,
    cast(coalesce(listing_fee_refund, '0') as decimal(18, 6)) as fee_refund,
    cast(seller_net_revenue as decimal(18, 6)) as net
from raw.billed_revenue_report
