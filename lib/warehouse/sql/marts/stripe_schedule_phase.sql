-- one row per (schedule_id, phase, place): a price of a phase of a subscription's schedule; ends_on is exclusive
-- is_future: it has not begun on the snapshot's day, and the schedule still holds
select
    item.schedule_id,
    item.phase,
    item.place,
    item.subscription_id as contract_id,
    item.status,
    item.price_id,
    price.lookup_key,
    item.quantity,
    cast(
        price.amount_usd * packs(item.quantity, price.unit_divisor, price.unit_rounding) as decimal(18, 2)
    ) as price_usd,
    item.starts_on,
    item.ends_on,
    item.status in ('active', 'not_started') and snapshot.snapshot_on < item.starts_on as is_future
from staging.stripe_schedule_phase_item as item
cross join staging.snapshot as snapshot
left join staging.stripe_price as price on item.price_id = price.price_id
