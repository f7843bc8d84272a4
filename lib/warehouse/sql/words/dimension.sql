-- one row per (word): a dimension's key, from the dimensions feed that is coming in
select dimension_key as word
from incoming
