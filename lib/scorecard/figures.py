"""What a metric comes to: an exact fraction, never, or what it would need; and how many stand behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from lib.costs import Figure, Missing

NOT_YET = "not measurable yet"
_OF_COSTS = "not measurable: needs "


class Never(Enum):
    """How long it takes where it never comes to an end."""

    NEVER = "never"


NEVER = Never.NEVER


@dataclass(frozen=True)
class Unknown:
    """A metric nobody can measure yet, and what it needs. Never a zero."""

    needs: str

    @property
    def words(self) -> str:
        """The sentence in its place."""
        return f"{NOT_YET}: needs {self.needs}"


Value = Fraction | Never | Unknown


@dataclass(frozen=True)
class Measured:
    """A metric's value: rates as fractions, times in days or months, unrounded.

    `n` is how many it stands on, None where it is counted over money; `without` how many were left out because a fact
    of theirs is missing; `beside` what else must be told with it, by its words.
    """

    value: Value
    n: int | None = None
    without: int = 0
    beside: Mapping[str, Value] = field(default_factory=dict)


def ratio(part: Figure | None, whole: Figure | None, part_needs: str, whole_needs: str) -> Value:
    """One recorded amount per another; what is missing of the two is told, a whole of nothing too."""
    below = amount(whole, whole_needs)
    above = amount(part, part_needs)
    if isinstance(above, Unknown) or isinstance(below, Unknown):
        return together(above, below)
    return above / below if below > 0 else Unknown(whole_needs)


def amount(figure: Figure | None, needs: str) -> Fraction | Unknown:
    """An amount in USD, exactly; one nobody recorded needs what it is called, or what its parts say they need."""
    if figure is None:
        return Unknown(needs)
    if isinstance(figure, Missing):
        return Unknown(f"{needs} ({figure.words.removeprefix(_OF_COSTS)})")
    return Fraction(Decimal(figure))


def together(*values: Value) -> Unknown:
    """What the unknown among some values need, each once."""
    return Unknown(" and ".join(dict.fromkeys(one.needs for one in values if isinstance(one, Unknown))))
