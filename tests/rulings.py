"""A decision on a price change, as tests put it on record."""

from datetime import UTC, date, datetime
from typing import Any

from lib.decisions import Prediction, Ruling
from tests.conftest import ROOT

PLUS_10 = (ROOT / "data" / "scenarios" / "starter-plus-10.toml").read_text()
FINGERPRINT = "0123456789ab"


def ruling(predictions: tuple[Prediction, ...], **changed: Any) -> Ruling:
    """Ann proposes and Bob approves, with some predictions."""
    usual = {
        "key": "starter-plus-10",
        "text": PLUS_10,
        "decision": "approved",
        "author": "Ann",
        "approver": "Bob",
        "decided_at": datetime(2026, 7, 1, 12, tzinfo=UTC),
        "effective_on": date(2026, 8, 1),
        "note": "",
        "manifest": {"fingerprint": FINGERPRINT, "book_hash": FINGERPRINT},
        "result_hash": FINGERPRINT,
    }
    return Ruling(**{**usual, **changed}, predictions=predictions)
