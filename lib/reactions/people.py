"""A price change, laid out for `lib.response`: what everybody is billed under both books, and could choose instead.

What no price changes is prepared once; what is here is fast enough for a slider.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from lib.contracts import Layer
from lib.money import EXACT
from lib.outcome import Outcome, Window
from lib.periods import months_between
from lib.reactions.options import options
from lib.reactions.prepare import NEVER, Prepared, ReactionsError
from lib.replay import Answer
from lib.response import People
from lib.response.people import Floats, Mask, Numbers


@dataclass(frozen=True)
class Billed:
    """What is billed of everybody by month, USD: at today's book, and as far as the other reached; customers × months.

    It holds rounded lines, so every number is a whole count of coins.
    """

    customers: tuple[str, ...]
    baseline: Floats
    proposed: Floats

    @classmethod
    def of_answer(cls, answer: Answer) -> Billed:
        """From what `lib.replay` answers."""
        coins = 10**answer.exponent
        return cls(answer.customers, answer.baseline / coins, (answer.baseline + answer.did) / coins)

    @classmethod
    def of_outcomes(cls, baseline: Outcome, reached: Outcome, window: Window) -> Billed:
        """From two outcomes over one population, line by line."""
        months = {month: at for at, month in enumerate(months_between(*window))}
        sums: dict[str, tuple[list[Decimal], list[Decimal]]] = {}
        for side, lines in enumerate((baseline.lines, reached.lines)):
            for line in lines:
                nothing = [Decimal(0)] * len(months), [Decimal(0)] * len(months)
                row = sums.setdefault(line.contract.customer_id, nothing)[side]
                row[months[line.month]] = EXACT.add(row[months[line.month]], line.amount or Decimal(0))
        names = tuple(sorted(sums))
        tables = (np.array([sums[name][side] for name in names], np.float64) for side in (0, 1))
        return cls(names, *(table.reshape(len(names), len(months)) for table in tables))


def people(prepared: Prepared, layers: Sequence[Layer], billed: Billed) -> People:
    """What was prepared, the layers with the books they make, and everybody's bills → the people who may answer.

    The layers must be those of `prepare`, in their order; only the books they lay may be others. Who meets another bill
    is exposed in that month, or in the first after it in which a period begins, for before that nothing can be chosen.
    """
    places = prepared.places(billed.customers)
    baseline, proposed = (_spread(bills, places, prepared) for bills in (billed.baseline, billed.proposed))
    exposed_in, may_act = _exposure(prepared, proposed != baseline)
    everybody = np.arange(len(prepared.customers))
    row = prepared.row_in[exposed_in, everybody]  # of who is never exposed, the last contract
    found = {name: rows[row] for name, rows in options(prepared, layers).items()}
    found["chosen"] = np.where(may_act, found["chosen"], NEVER)
    for name in ("annual_saving_baseline", "annual_saving_proposed"):
        found[name] = np.where(may_act, found[name], np.nan)
    return People(
        baseline=baseline,
        proposed=proposed,
        exposed_in=exposed_in,
        is_new=prepared.is_new[row],
        tenure_months=np.maximum(prepared.tenure + np.maximum(exposed_in, 0), 0).astype(np.float64),
        churn_rate=prepared.churn_rate,
        other_rail_open=prepared.may_move_rail[row] & may_act,
        **found,
    )


def _spread(bills: Floats, places: Numbers, prepared: Prepared) -> Floats:
    """Bills of some customers × months → months × all customers."""
    if bills.shape != (places.size, len(prepared.months)):
        raise ReactionsError(
            f"bills of {bills.shape[1]} months cannot be answered in a window of {len(prepared.months)}"
        )
    table = np.zeros((len(prepared.months), len(prepared.customers)))
    table[:, places] = bills.T
    return table


def _exposure(prepared: Prepared, differs: Mask) -> tuple[Numbers, Mask]:
    """Which months' bills differ → the month each customer is exposed in, and whether it may act then.

    A customer whose bill stays is exposed when the new prices of what it could choose are open to it.
    """
    meets = np.any(differs, axis=0)
    since = np.where(meets, np.argmax(differs, axis=0), prepared.opens_in)
    acts = prepared.begins & (np.arange(len(prepared.months))[:, None] >= since) & (since >= 0)
    may_act = np.any(acts, axis=0)
    return np.where(may_act, np.argmax(acts, axis=0), np.where(meets, since, NEVER)), may_act
