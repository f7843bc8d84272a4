"""Open deals as a pipeline: what they weigh, how sure that is, which of them stand still, and what closed ones tell."""

from lib.pipeline.outlook import Outlook, outlook
from lib.pipeline.record import Closed, Record, record
from lib.pipeline.refusal import PipelineError
from lib.pipeline.settings import Limit, Settings, parse
from lib.pipeline.standing import IN_MONTH, NO_DATE, OVERDUE, Closing, Standing, by_closing, standing
from lib.pipeline.weight import Weight, expected, grouped, weight, weights

__all__ = [
    "IN_MONTH",
    "NO_DATE",
    "OVERDUE",
    "Closed",
    "Closing",
    "Limit",
    "Outlook",
    "PipelineError",
    "Record",
    "Settings",
    "Standing",
    "Weight",
    "by_closing",
    "expected",
    "grouped",
    "outlook",
    "parse",
    "record",
    "standing",
    "weight",
    "weights",
]
