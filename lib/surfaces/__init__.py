"""The places that show a price: what they say differently, and the AWS listing as it is typed into Seller Central."""

from lib.surfaces.aws_listing import NOT_PULLED, AwsListing, listed_differences
from lib.surfaces.captures import Captures
from lib.surfaces.comparison import captured_differences, differences
from lib.surfaces.listing_age import listing_age
from lib.surfaces.open_decisions import Decision, DecisionsError, Register, parse_decisions, register, register_dict
from lib.surfaces.seller_central import LISTING, Listing, as_csv, as_dict, as_markdown, listing, render
from lib.surfaces.standing import stood
from lib.surfaces.stripe_prices import stripe_evidence

__all__ = [
    "LISTING",
    "NOT_PULLED",
    "AwsListing",
    "Captures",
    "Decision",
    "DecisionsError",
    "Listing",
    "Register",
    "as_csv",
    "as_dict",
    "as_markdown",
    "captured_differences",
    "differences",
    "listed_differences",
    "listing",
    "listing_age",
    "parse_decisions",
    "register",
    "register_dict",
    "render",
    "stood",
    "stripe_evidence",
]
