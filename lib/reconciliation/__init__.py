"""The parity report: what we rated against what was invoiced, every line in one class, each with a reason.

No proposed result is worth reading before the baseline run reproduces what was invoiced.

    evidence     a line of either side, a doubt about one, and what may explain it
    suspicions   every known way in which an invoice goes wrong, one small function each, in order
    report       the classes: matched, differing, not invoiced, not rated, pending
    bridge       what lies between the invoices of some months and what we rate for them
    meter        the same for a marketplace's meter: what it still takes, and what nobody can take back
"""

from lib.reconciliation.bridge import Invoiced, invoiced
from lib.reconciliation.evidence import Evidence, InvoiceLine, Slip
from lib.reconciliation.meter import Accepted, MeterLine, metering
from lib.reconciliation.report import (
    CLASSES,
    DIFFERING,
    MATCHED,
    NOT_INVOICED,
    NOT_RATED,
    PENDING,
    ParityLine,
    Reproduction,
    causes,
    parity,
    reproduction,
    summary,
)
from lib.reconciliation.suspicions import UNEXPLAINED

__all__ = [
    "CLASSES",
    "DIFFERING",
    "MATCHED",
    "NOT_INVOICED",
    "NOT_RATED",
    "PENDING",
    "UNEXPLAINED",
    "Accepted",
    "Evidence",
    "InvoiceLine",
    "Invoiced",
    "MeterLine",
    "ParityLine",
    "Reproduction",
    "Slip",
    "causes",
    "invoiced",
    "metering",
    "parity",
    "reproduction",
    "summary",
]
