"""The writable store of the desk: what people saved and decided, and what became of it.

Saved scenarios are kept version by version with what their result stood on; decision records are never changed, and
what happened later stands beside what they predicted. What somebody accepts of the findings, and the months that were
closed, are kept here too, and so are the private offers that somebody saved. It is the one place the desk writes to.
"""

from lib.decisions.acknowledgements import Accepted, Withdrawal
from lib.decisions.beside import Row, beside
from lib.decisions.closings import Closing
from lib.decisions.database import FILE, VARIABLE, address
from lib.decisions.offers import OfferEntry, OfferPaper, SavedOffer
from lib.decisions.records import (
    APPROVED,
    DECISIONS,
    DEFERRED,
    REJECTED,
    Decision,
    Prediction,
    Rules,
    Ruling,
    as_dict,
    parse_rules,
)
from lib.decisions.refusal import DecisionError
from lib.decisions.scenarios import Result, Retirement, Saved, result_hash, staleness, unseen
from lib.decisions.store import Store

__all__ = [
    "APPROVED",
    "DECISIONS",
    "DEFERRED",
    "FILE",
    "REJECTED",
    "VARIABLE",
    "Accepted",
    "Closing",
    "Decision",
    "DecisionError",
    "OfferEntry",
    "OfferPaper",
    "Prediction",
    "Result",
    "Retirement",
    "Row",
    "Rules",
    "Ruling",
    "Saved",
    "SavedOffer",
    "Store",
    "Withdrawal",
    "address",
    "as_dict",
    "beside",
    "parse_rules",
    "result_hash",
    "staleness",
    "unseen",
]
