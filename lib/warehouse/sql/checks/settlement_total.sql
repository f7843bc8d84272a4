-- Settlements, with the taxes in Stripe's charges, add up to what each rail took in and kept, to a cent per invoice
with
recorded as (
    select 'stripe' as rail, sum(net_usd) as net_usd
    from staging.stripe_balance_transaction
    where kind in ('sale', 'fee')
    union all
    select 'aws' as rail, sum(gross + refund - forgiven + fee + fee_refund + forgiven_fee) as net_usd
    from marts.marketplace_line
    where is_ours and currency = 'USD' and invoiced_on is not null
),
settled as (
    select
        rail,
        sum(net_usd + case rail when 'stripe' then tax_usd else 0 end) as net_usd,
        count(*) as invoices
    from marts.settlement
    group by rail
)
select
    recorded.rail,
    recorded.net_usd as recorded_usd,
    settled.net_usd as settled_usd
from recorded
left join settled on recorded.rail = settled.rail
where abs(coalesce(recorded.net_usd, 0) - coalesce(settled.net_usd, 0)) > 0.01 * coalesce(settled.invoices, 0)
