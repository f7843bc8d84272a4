"""Which prices would be better, under which constraints: a region, a front and a shortlist, never one best price.

With allowances and band edges fixed a bill is a straight line in its prices, so the population becomes one matrix and a
candidate one product with it. An even cloud of candidates shows how flat the surface is; differential evolution climbs
from the best of it; every number that is shown is rated again by the exact kernel.

settings      the text of data/search.toml, read
prices        where a free price stands in the book, and the overlay that moves it
features      bills as straight lines in the prices
constraints   what must hold: measures over many candidates, and limits
problem       all of it made ready
clean         prices that end as prices do
pool          what stands out among everything tried
explore       the search
answer        what it says
"""

from lib.search.answer import Answer, Binding, Candidate, Excluded, Proposal, Range
from lib.search.constraints import Batch, Costs, Rule, Undecided, claim_rules
from lib.search.explore import search
from lib.search.features import Fee
from lib.search.problem import Problem, problem
from lib.search.settings import SearchError, Settings, parse_search

__all__ = [
    "Answer",
    "Batch",
    "Binding",
    "Candidate",
    "Costs",
    "Excluded",
    "Fee",
    "Problem",
    "Proposal",
    "Range",
    "Rule",
    "SearchError",
    "Settings",
    "Undecided",
    "claim_rules",
    "parse_search",
    "problem",
    "search",
]
