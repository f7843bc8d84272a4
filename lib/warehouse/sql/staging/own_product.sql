-- one row per (product_id): a listing that this desk is about, as data/billing.toml says; none: every listing is
select product_id
from raw.own_product
