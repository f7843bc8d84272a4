"""What people answer, as the block `responses` of a simulation's document: money as text, all else as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import isnan

from lib.money import round_line, text
from lib.reactions.answered import Reactions
from lib.response import STATIC, Assumption, Step

RATE_DIGITS, COUNT_DIGITS = 6, 2  # an estimate has no more: a ten-thousandth of a point, a hundredth of a customer
Document = dict[str, object]


def as_document(found: Reactions) -> Document:
    """Reactions → the whole change with its range, every step in the fixed order, break-evens and the tornado.

    Amounts are USD over the window in rounded cents; only the static step is a sum of invoice lines, all others are
    estimates and say so. Rates are fractions; what does not exist is null.
    """
    return {
        "is_estimate": not found.is_static,
        "delta_usd": _money(found.answer.delta_usd),
        "low_usd": _money(found.low_usd),
        "high_usd": _money(found.high_usd),
        "steps": [_step(step) for step in found.answer.steps],
        "break_even": _break_even(found),
        "tornado": {
            "is_hypothetical": found.tornado.is_hypothetical,
            "delta_usd": _money(found.tornado.change_usd),
            "bars": [
                {"assumption": bar.key, "low_usd": _money(bar.at_low_usd), "high_usd": _money(bar.at_high_usd)}
                for bar in found.tornado.bars
            ],
        },
    }


def _step(step: Step) -> Document:
    return {
        "response": step.name,
        "is_on": step.on,
        "is_estimate": step.name != STATIC,
        "words": step.words,
        "delta_usd": _money(step.delta_usd),
        "customers": _count(step.moved),
        "assumptions": _beliefs(step.inputs),
    }


def _beliefs(inputs: Mapping[str, Assumption]) -> Document:
    return {
        key: {
            "value": text(one.value),
            "low": text(one.low),
            "high": text(one.high),
            "grade": one.grade,
            "source": one.source,
        }
        for key, one in inputs.items()
    }


def _break_even(found: Reactions) -> Document:
    signing = found.conversion
    months = zip(found.months, found.break_even_by_month.tolist(), strict=True)
    return {
        "extra_churn_rate": _rate(found.break_even.break_even),
        "by_month": [{"month": month.isoformat(), "extra_churn_rate": _rate(rate)} for month, rate in months],
        "new_customers": {
            "customers": signing.new_customers,
            "rise_rate": _rate(signing.rise),
            "lost_rate_own_gain": _rate(signing.of_own_gain),
            "lost_rate_whole_gain": _rate(signing.of_whole_gain),
            "elasticity": _rate(signing.elasticity),
        },
    }


def _money(amount: float) -> str:
    return text(round_line(Decimal(amount)))


def _count(number: float) -> float:
    return round(number, COUNT_DIGITS) + 0.0


def _rate(rate: float | None) -> float | None:
    return None if rate is None or isnan(rate) else round(rate, RATE_DIGITS) + 0.0
