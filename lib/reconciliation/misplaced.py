"""A line in the wrong place: the same amount under another contract, another period, another dimension or plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from lib.outcome import Line
from lib.reconciliation.evidence import Doubt, Guess, InvoiceLine, Key, OpenLines, key_of
from lib.reconciliation.words import money, span

OTHER_CONTRACT, OTHER_PERIOD, OTHER_ITEM = "another contract", "another period", "another dimension or plan"
_CAUSES = {"contract_id": OTHER_CONTRACT, "start_on": OTHER_PERIOD, "item": OTHER_ITEM}


def holds_line_of(cause: str) -> Callable[[Doubt], Iterator[Guess]]:
    """The suspicion that an invoice holds a line of ours for another contract, period or dimension.

    Beside the line's own it holds one that no invoice has; in its stead it may hold one that was exchanged with it.
    """

    def suspicion(doubt: Doubt) -> Iterator[Guess]:
        is_single = len(doubt.theirs) == 1
        lines = doubt.open_lines.rated if is_single else doubt.open_lines.missing
        for amount in [doubt.invoiced] if is_single else [doubt.invoiced - amount for amount in doubt.amounts]:
            for line in lines.get((doubt.ours.kind, amount), ()):
                if _moved(key_of(doubt.ours), key_of(line)) == cause:
                    yield doubt.invoiced, f"it holds {_named(key_of(line), cause)}: {money(amount)}"

    return suspicion


def stands_elsewhere(doubt: Doubt) -> tuple[str, str] | None:
    """A line of ours that has no invoice line, and what the rail invoiced in its stead; the nearest period first."""
    found = [line for amount in doubt.amounts for line in doubt.open_lines.surplus.get((doubt.ours.kind, amount), ())]
    own = key_of(doubt.ours)
    near = sorted(found, key=lambda line: (abs((line.start_on - doubt.ours.start_on).days), line.key))
    for line in near:
        if cause := _moved(own, line.key):
            return cause, f"{money(line.amount)} is invoiced as {_named(line.key, cause)}, on {line.invoice_id}"
    return None


def comes_from(theirs: Sequence[InvoiceLine], open_lines: OpenLines) -> tuple[str, str] | None:
    """An invoice line that nothing of ours brings, and the line of ours that it must be."""
    amount, key = theirs[0].amount, theirs[0].key
    lines: Iterable[Line] = open_lines.missing.get((theirs[0].kind, amount), ())
    for line in sorted(lines, key=lambda line: (abs((line.start_on - key.start_on).days), key_of(line))):
        if cause := _moved(key, key_of(line)):
            return cause, f"it is {_named(key_of(line), cause)}: {money(amount)}"
    return None


def _moved(one: Key, other: Key) -> str | None:
    """The cause that names the one part in which two keys differ; None where they differ in more, or in none."""
    apart = [part for part in Key._fields if getattr(one, part) != getattr(other, part)]
    return _CAUSES.get(apart[0]) if len(apart) == 1 else None


def _named(key: Key, cause: str) -> str:
    if cause == OTHER_CONTRACT:
        return f"the line of contract {key.contract_id}"
    return f"the line of {span(key.kind, key.start_on) if cause == OTHER_PERIOD else key.item}"
