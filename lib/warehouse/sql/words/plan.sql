-- one row per (word): a plan's key, from the plans feed that is coming in
select plan_key(slug, frequency) as word
from incoming
