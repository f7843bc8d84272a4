"""What a tier includes of one dimension: a quantity, or one of three words that are no number."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lib.catalog.document import BookError, number, shown


@dataclass(frozen=True)
class Allowance:
    """What a tier includes of one dimension per usage period: a quantity, or one of three words.

    *unlimited* never yields overage; *not offered* is not for sale on the tier; *by contract* needs a private
    offer before it can be rated. None of the three is a number, and none of them is zero.
    """

    kind: str
    quantity: Decimal | None = None

    def __post_init__(self) -> None:
        if self.quantity is not None and not (self.quantity.is_finite() and self.quantity >= 0):
            raise BookError(f"an allowance includes {self.quantity}; write zero or more")

    @classmethod
    def of(cls, value: object, where: str = "the allowance") -> Allowance:
        """A quantity or one of the three words → the allowance; anything else is refused, opening with `where`."""
        if isinstance(value, str) and value in _WORDS:
            return _WORDS[value]
        try:
            return cls("quantity", number(value, where))
        except BookError:
            raise BookError(f"{where} is {shown(value)}; write a quantity or one of: {', '.join(_WORDS)}") from None

    def __str__(self) -> str:
        return self.kind if self.quantity is None else format(self.quantity.normalize(), "f")


UNLIMITED = Allowance("unlimited")
NOT_OFFERED = Allowance("not offered")
BY_CONTRACT = Allowance("by contract")
NOTHING_INCLUDED = Allowance("quantity", Decimal(0))
_WORDS = {allowance.kind: allowance for allowance in (UNLIMITED, NOT_OFFERED, BY_CONTRACT)}
