"""Stripe's API → its objects as JSON lines, one file per kind of object, as raw as Stripe gave them.

What the objects mean is the warehouse's work, so a wrong reading of them never needs a new pull.
"""

from lib.sources.stripe_api.asking import Patience
from lib.sources.stripe_api.fetching import fetch

__all__ = ["Patience", "fetch"]
