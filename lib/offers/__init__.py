"""Private offers: what one buyer is offered in place of the list, what it brings, and whether it may be made.

`terms` holds the nouns, `quote` the price of each year and both readings of a discount, `usage` what the offer is
priced on, `economics` works out what it brings and leaves, which `worth` holds. `floor` solves for the lowest price,
`retired` tells what the buyer's own commitment gains. What may be counted stands in `measures`, who judges it in
`judging`, and the rules themselves in data/offers.toml, read by `file`. Nothing here knows a page or a clock.
"""

from lib.offers.economics import Setting, contract_of, economics
from lib.offers.file import OfferRules, parse
from lib.offers.floor import Floor, floor_price, keeps
from lib.offers.judging import (
    ELIGIBLE,
    KEPT,
    NOT_ELIGIBLE,
    PASSED,
    UNDECIDED,
    Approval,
    ApprovalRule,
    AwsLimit,
    Express,
    ExpressRow,
    ExpressRules,
    LimitVerdict,
    approvals,
    asked,
    express,
    limits,
    passed,
)
from lib.offers.measures import DOLLARS, RATES, Evidence
from lib.offers.quote import Quote, cut, instalments, quoted
from lib.offers.retired import RetiredYears, retired
from lib.offers.terms import (
    ANNUAL,
    BASES,
    MONTHLY,
    NONE,
    PARTS,
    UPFRONT,
    Extra,
    OfferError,
    OfferTerms,
    check_against,
    plan_of,
    public_price,
)
from lib.offers.usage import Usage, own_usage, usual_usage
from lib.offers.worth import MINIMUM, PRICE, USAGE, Invoice, OfferEconomics, OfferLine, OfferYear

__all__ = [
    "ANNUAL",
    "BASES",
    "DOLLARS",
    "ELIGIBLE",
    "KEPT",
    "MINIMUM",
    "MONTHLY",
    "NONE",
    "NOT_ELIGIBLE",
    "PARTS",
    "PASSED",
    "PRICE",
    "RATES",
    "UNDECIDED",
    "UPFRONT",
    "USAGE",
    "Approval",
    "ApprovalRule",
    "AwsLimit",
    "Evidence",
    "Express",
    "ExpressRow",
    "ExpressRules",
    "Extra",
    "Floor",
    "Invoice",
    "LimitVerdict",
    "OfferEconomics",
    "OfferError",
    "OfferLine",
    "OfferRules",
    "OfferTerms",
    "OfferYear",
    "Quote",
    "RetiredYears",
    "Setting",
    "Usage",
    "approvals",
    "asked",
    "check_against",
    "contract_of",
    "cut",
    "economics",
    "express",
    "floor_price",
    "instalments",
    "keeps",
    "limits",
    "own_usage",
    "parse",
    "passed",
    "plan_of",
    "public_price",
    "quoted",
    "retired",
    "usual_usage",
]
