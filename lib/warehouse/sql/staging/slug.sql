-- one row per (slug): the tier a plan's slug stands for, as data/catalog.toml says
select
    slug,
    tier
from raw.slug
