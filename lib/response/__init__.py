"""How customers answer a price change: from arrays of bills and prices, and beliefs with a source and a range each.

Static first, then plan switch, term switch, rail switch, usage, churn and conversion, always in this order and each off
until somebody switches it on. Nothing is known of B2B SaaS here: read every result as a range, and `break_even` first.
Read `people` for what comes in, `effects` for one function per response, `answer` for what goes out.
"""

from lib.response.answer import ORDER, STATIC, Answer, Step, respond
from lib.response.assumptions import RESPONSES, Assumption, Response, ResponseError, Responses, parse_responses
from lib.response.break_even import (
    ConversionBreakEven,
    Curve,
    break_even_by_month,
    break_even_churn,
    break_even_conversion,
    churn_curve,
)
from lib.response.people import People
from lib.response.tornado import Bar, Tornado, tornado

__all__ = [
    "ORDER",
    "RESPONSES",
    "STATIC",
    "Answer",
    "Assumption",
    "Bar",
    "ConversionBreakEven",
    "Curve",
    "People",
    "Response",
    "ResponseError",
    "Responses",
    "Step",
    "Tornado",
    "break_even_by_month",
    "break_even_churn",
    "break_even_conversion",
    "churn_curve",
    "parse_responses",
    "respond",
    "tornado",
]
