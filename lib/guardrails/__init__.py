"""Guardrails: limits that a price change must keep, written in data, each judged kept, broken or undecided.

A limit that cannot be measured is undecided and never kept: with a cost missing, a share of fewer customers than the
file asks for, or a group nobody is in. Exactly at the limit is kept. `measures` works out what the limits ask, and
`judge` holds the figures against them; a search may pass figures of its own under the same names.

words      a figure as a reader sees it
evidence   what limits are held against, prices and promises of two books
measuring  what can be measured of it
judging    a limit and its verdict
file       data/guardrails.toml
tables     how verdicts leave the desk
"""

from lib.guardrails.evidence import ClaimChanges, Evidence, PriceMove, claim_changes, list_price_moves, unit_price_moves
from lib.guardrails.file import BOUNDS, WHERE, GuardrailError, parse
from lib.guardrails.judging import BROKEN, KEPT, UNDECIDED, WORST_FIRST, Limit, Verdict, broken, judge, measures
from lib.guardrails.measuring import MEASURES
from lib.guardrails.tables import COLUMNS, as_dict, rows, summary

__all__ = [
    "BOUNDS",
    "BROKEN",
    "COLUMNS",
    "KEPT",
    "MEASURES",
    "UNDECIDED",
    "WHERE",
    "WORST_FIRST",
    "ClaimChanges",
    "Evidence",
    "GuardrailError",
    "Limit",
    "PriceMove",
    "Verdict",
    "as_dict",
    "broken",
    "claim_changes",
    "judge",
    "list_price_moves",
    "measures",
    "parse",
    "rows",
    "summary",
    "unit_price_moves",
]
