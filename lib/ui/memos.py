"""A price change as it leaves the page: the memo a founder forwards, and the totals a workbook opens with.

Every number is one that the page shows, from the same effect, so that no file can say otherwise.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import pandas as pd

from lib.catalog.names import RAIL_NAMES, opened
from lib.contracts import BEFORE, STATES
from lib.desk import PAST
from lib.exports import Affected, Bar, Figure, Group, Guard, Memo, Total
from lib.guardrails import Verdict
from lib.periods import add_months
from lib.ui import frames, numbers
from lib.ui.cards import Stamp, Workbook
from lib.ui.effects import Effect, column
from lib.ui.legends import Legend

MOVED = STATES[0]
_NAMES = {MOVED: "Moved", BEFORE: "Before it takes effect"}
ZERO = Decimal(0)


@dataclass(frozen=True)
class Beside:
    """What a memo tells beside the effect: who is reached in words, limits, beliefs, and what responses would make.

    `span` is the range of the answer once customers respond, empty while nobody does.
    """

    reach: str = ""
    guards: Sequence[Guard] = ()
    span: str = ""
    estimated: Sequence[str] = ()
    assumed: Sequence[str] = ()
    assumptions: Sequence[str] = ()
    parity: str = ""


def memo_of(effect: Effect, customers: pd.DataFrame, stamp: Stamp, legend: Legend, beside: Beside) -> Memo:
    """An effect, every customer's two bills and where it comes from → the memo of one page."""
    return Memo(
        question=question(effect),
        answer=answer(effect),
        as_of=stamp.as_of,
        fingerprint=stamp.fingerprint,
        manifest=stamp.manifest,
        changes=effect.words,
        figures=_figures(effect),
        span=beside.span,
        reach=f"{beside.reach}. {_since(effect)}" if beside.reach else _since(effect),
        label="Synthetic sample data" if stamp.is_synthetic else "",
        picture=f"Where the {numbers.exact_change(effect.could_usd)} stands",
        bars=[Bar(_state(state), amount, numbers.change(amount)) for state, amount in effect.by_state.items()],
        groups=_groups(effect, customers),
        largest=_largest(customers, legend),
        certain=_certain(effect, beside.parity),
        estimated=beside.estimated,
        assumed=beside.assumed,
        guards=beside.guards,
        assumptions=beside.assumptions,
    )


def question(effect: Effect) -> str:
    """What a scenario asks: its reason where that is a question, else its name."""
    asked = effect.why.strip()
    return asked if asked.endswith("?") else f"{effect.name}: what would it bring?"


def answer(effect: Effect) -> str:
    """The answer in one sentence, the same as the page's headline."""
    span, rate = numbers.counted(len(effect.by_month), "month"), numbers.percent_change(effect.rate)
    if not effect.could_usd and not effect.pay_more + effect.pay_less:
        return f"{effect.name} changes $0 in {span}: nobody pays more or less."
    verb = "could bring" if effect.could_usd >= 0 else "could cost"
    moves = "would have moved" if effect.horizon == PAST else "moves"
    more = numbers.counted(effect.paying_more, "customer pays more", "customers pay more")
    return (
        f"{effect.name} {verb} {numbers.money(abs(effect.could_usd))} in {span} ({rate}); "
        f"{numbers.change(effect.moved_usd)} of it {moves} by then. {more}, "
        f"{numbers.counted(effect.paying_less, 'pays less', 'pay less')}."
    )


def guards(verdicts: Iterable[Verdict]) -> tuple[Guard, ...]:
    """Verdicts on limits, in their order, as a memo tells them."""
    return tuple(Guard(one.limit.words, one.verdict, f"{one.told}, {one.limit.sentence}") for one in verdicts)


def workbook(effect: Effect, text: Callable[[], str], changes: pd.DataFrame) -> Workbook:
    """What the page's workbook holds beside its tables: totals, changes, and the scenario's file, made at the click."""
    return Workbook(
        partial(totals, effect),
        {
            "In words": lambda: pd.DataFrame({"change": list(effect.words)}),
            "Changes": changes,
            "Scenario file": lambda: pd.DataFrame({"text": text().splitlines()}),
        },
    )


def totals(effect: Effect) -> tuple[Total, ...]:
    """The numbers of the page's cards, exact."""
    return tuple(_totals(effect))


def _totals(effect: Effect) -> Iterator[Total]:
    yield Total("Scenario", effect.name)
    yield Total("Held against, from", effect.window[0], "on")
    yield Total("Up to, not including", effect.window[1], "on")
    yield Total("Takes effect", effect.takes_effect, "on")
    yield Total("Baseline", effect.baseline_usd, "usd")
    yield Total("Invoiced in the same months", effect.invoiced_usd, "usd")
    yield Total("Could move", effect.could_usd, "usd")
    yield Total("Could move, of the baseline", effect.rate, "rate")
    for state, amount in effect.by_state.items():
        yield Total(_state(state), amount, "usd")
    was, moved, could = mrr(effect)
    yield Total("MRR at the end, baseline", was, "usd")
    yield Total("MRR at the end, moved", moved, "usd")
    yield Total("MRR at the end, could move", could, "usd")
    yield Total("Pay more, as reached", effect.paying_more)
    yield Total("Pay less, as reached", effect.paying_less)
    yield Total("Pay more, everybody reached", effect.pay_more)
    yield Total("Pay less, everybody reached", effect.pay_less)
    for group, count in effect.groups.items():
        yield Total(f"Bill {group}", count)


def mrr(effect: Effect) -> tuple[Decimal, Decimal, Decimal]:
    """MRR on the window's last day: of the baseline, and its change as reached and with everybody reached."""
    last = effect.recurring.iloc[-1]
    could = sum((last[column(state)] for state in STATES), ZERO)
    return last["baseline_usd"], last[column(MOVED)], could


# Parts of the memo


def _figures(effect: Effect) -> tuple[Figure, ...]:
    span = numbers.counted(len(effect.by_month), "month")
    _, moved, could = mrr(effect)
    held = effect.could_usd - effect.moved_usd
    return (
        Figure(f"Baseline, {span}", numbers.exact_money(effect.baseline_usd), "today's prices throughout"),
        Figure("Could move", numbers.exact_change(effect.could_usd), "everybody at once"),
        Figure("Moved", numbers.exact_change(effect.moved_usd), f"{numbers.change(held)} held"),
        Figure("MRR at the end", numbers.exact_change(moved), f"of {numbers.change(could)}"),
    )


def _since(effect: Effect) -> str:
    first, end = numbers.month(effect.window[0]), numbers.month(add_months(effect.window[1], -1))
    own = effect.effective not in (None, effect.takes_effect)
    replay = f" instead of {numbers.day(effect.effective)}" if own else ""
    return f"Held against {first} to {end}, taking effect on {numbers.day(effect.takes_effect)}{replay}."


def _state(state: str) -> str:
    return _NAMES.get(state, opened(state))


def _groups(effect: Effect, customers: pd.DataFrame) -> list[Group]:
    sums = frames.by(customers, "group", "delta_usd")
    return [
        Group(f"Bill {group}", count, numbers.exact_change(sums.get(group, ZERO)))
        for group, count in effect.groups.items()
        if count
    ]


def _largest(customers: pd.DataFrame, legend: Legend) -> list[Affected]:
    return [_affected(row, legend) for row in customers.to_dict("records") if row["delta_usd"]]


def _affected(row: Mapping[Hashable, Any], legend: Legend) -> Affected:
    about = [legend.name(row["tier"]) if row["tier"] else "", RAIL_NAMES.get(row["rail"], "")]
    was, becomes, rate = row["baseline_usd"], row["proposed_usd"], row["delta_rate"]
    return Affected(
        name=str(row["customer_name"]),
        about=", ".join(filter(None, about)),
        was=numbers.money(was),
        becomes=numbers.money(becomes),
        change=numbers.percent_change(rate) if rate is not None else "from nothing",
    )


def _certain(effect: Effect, parity: str) -> list[str]:
    told = ["What the same contracts and usage bring under both books, every line rounded once to the cent."]
    if parity:
        told.append(f"{opened(parity)}.")
    missing = list(dict.fromkeys(numbers.name(state.source) for state in effect.incomplete))
    if missing:
        told.append(f"A part only: {' and '.join(missing)} are missing.")
    return told
