-- one row per customer, plan, dimension and month: what the usage costs, in whole numbers until the last column
-- used, free, overage and band edges are millionths of a natural unit; prices are ten-billionths of a dollar per unit_size
with
band as (
    select
        dimension,
        tier,
        bands,
        thresholds,
        part_units,
        cast(unit_size * 1000000 as hugeint) as unit_size,
        cast(unit_price * 10000000000 as hugeint) as unit_price,
        cast(band_from * 1000000 as hugeint) as band_from,
        cast(lead(band_from) over (partition by dimension, tier order by band_from) * 1000000 as hugeint) as band_to
    from book_price
),

entitled as (
    select
        usage.*,
        plan_tier.tier,
        coalesce(allowance.kind, 'not_offered') as kind,
        allowance.over_limit,
        cast(usage.quantity * 1000000 as hugeint) as used,
        cast(allowance.quantity * 1000000 as hugeint) as free
    from usage
    inner join plan_tier on usage.plan_key = plan_tier.plan_key
    left join allowance on plan_tier.tier = allowance.tier and usage.dimension = allowance.dimension
),

over as (
    select
        *,
        case when kind = 'quantity' then greatest(used - free, 0) when kind = 'unlimited' then 0 end as overage
    from entitled
),

-- the price's own terms, once per line: how much is billed, and where on the scale of thresholds it begins
billed as (
    select
        over.*,
        band.bands,
        band.unit_size,
        case
            when band.part_units = 'up' then ((over.overage + band.unit_size - 1) // band.unit_size) * band.unit_size
            else over.overage
        end as billed,
        case when band.thresholds = 'usage' then coalesce(over.free, 0) else 0 end as beginning
    from over
    left join band on over.tier = band.tier and over.dimension = band.dimension and band.band_from = 0
),

-- the part of each line that falls into each band; an upper edge belongs to the band below it
part as (
    select
        billed.customer_id,
        billed.plan_key,
        billed.dimension,
        billed.month,
        band.unit_price,
        case
            when billed.bands = 'graduated' then greatest(
                least(beginning + billed, coalesce(band.band_to, beginning + billed)) - greatest(beginning, band.band_from),
                0
            )
            when
                beginning + billed > band.band_from
                and (band.band_to is null or beginning + billed <= band.band_to)
                then billed
            else 0
        end as part_quantity
    from billed
    inner join band on billed.tier = band.tier and billed.dimension = band.dimension
),

summed as (
    select
        customer_id,
        plan_key,
        dimension,
        month,
        sum(part_quantity * unit_price) as amount
    from part
    group by customer_id, plan_key, dimension, month
),

-- cents = amount * 100 / (10**10 * unit_size), half away from zero: (2n + d) // 2d
rounded as (
    select
        billed.*,
        (200 * cast(summed.amount as hugeint) + 10000000000 * billed.unit_size)
        // (20000000000 * billed.unit_size) as cents
    from billed
    left join summed
        on
            billed.customer_id = summed.customer_id
            and billed.plan_key = summed.plan_key
            and billed.dimension = summed.dimension
            and billed.month = summed.month
)

select
    customer_id,
    plan_key,
    dimension,
    month,
    quantity,
    case
        when kind = 'quantity' and overage > 0 and over_limit = 'block' then 'blocked'
        when kind = 'quantity' and overage > 0 and (over_limit = 'not set' or unit_size is null) then 'not_set'
        when kind = 'quantity' and overage > 0 then 'rated'
        when kind = 'quantity' then 'within_allowance'
        else kind
    end as status,
    cast(overage as decimal(32, 0)) * cast(0.000001 as decimal(7, 6)) as overage,
    case
        when kind = 'unlimited' then cast(0 as decimal(38, 2))
        when kind = 'quantity' and (overage = 0 or over_limit = 'block') then cast(0 as decimal(38, 2))
        when kind = 'quantity' and over_limit = 'charge' then cast(cents as decimal(35, 0)) * cast(0.01 as decimal(3, 2))
    end as amount_usd
from rounded
order by customer_id, plan_key, dimension, month
