"""The places that show a price: what they say differently, and the AWS listing as it is typed into Seller Central."""

from lib.surfaces.aws_listing import NOT_PULLED, AwsListing, listed_differences
from lib.surfaces.captures import Captures
from lib.surfaces.comparison import captured_differences, differences
from lib.surfaces.listing_age import listing_age
from lib.surfaces.open_decisions import Decision, DecisionsError, Register, parse_decisions, register, register_dict
from lib.surfaces.procedure import (
    BY_NOTICE,
    DIMENSION_RATE,
    KINDS,
    TIER_PRICE,
    Changed,
    Due,
    NoticeDay,
    Procedures,
    changed,
    checklist,
    everything,
    notice_days,
    parse_procedures,
)
from lib.surfaces.rendered import (
    MISSING,
    as_csv,
    as_dict,
    contract_cells,
    included_text,
    list_price,
    markdown_table,
    metering_cells,
    specification,
)
from lib.surfaces.seller_central import LISTING, ContractRow, Listing, MeteringRow, listing
from lib.surfaces.standing import stood
from lib.surfaces.stripe_prices import stripe_evidence
from lib.surfaces.to_type import ADD, CHANGE, REMOVE, THERE, UNKNOWN, UNPUBLISHED, ToType, to_type
from lib.surfaces.typed import TypedError, read_listing, said, unlike

__all__ = [
    "ADD",
    "BY_NOTICE",
    "CHANGE",
    "DIMENSION_RATE",
    "KINDS",
    "LISTING",
    "MISSING",
    "NOT_PULLED",
    "REMOVE",
    "THERE",
    "TIER_PRICE",
    "UNKNOWN",
    "UNPUBLISHED",
    "AwsListing",
    "Captures",
    "Changed",
    "ContractRow",
    "Decision",
    "DecisionsError",
    "Due",
    "Listing",
    "MeteringRow",
    "NoticeDay",
    "Procedures",
    "Register",
    "ToType",
    "TypedError",
    "as_csv",
    "as_dict",
    "captured_differences",
    "changed",
    "checklist",
    "contract_cells",
    "differences",
    "everything",
    "included_text",
    "list_price",
    "listed_differences",
    "listing",
    "listing_age",
    "markdown_table",
    "metering_cells",
    "notice_days",
    "parse_decisions",
    "parse_procedures",
    "read_listing",
    "register",
    "register_dict",
    "said",
    "specification",
    "stood",
    "stripe_evidence",
    "to_type",
    "unlike",
]
