"""The places that show a price: what they say differently, and the AWS listing as it is typed into Seller Central."""

from lib.surfaces.comparison import differences, stripe_evidence
from lib.surfaces.seller_central import Listing, as_csv, as_dict, as_markdown, listing, render

__all__ = ["Listing", "as_csv", "as_dict", "as_markdown", "differences", "listing", "render", "stripe_evidence"]
