"""What a tier includes of one dimension: a quantity, or a word that is no number; and what becomes of use above it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from lib.catalog.document import BookError, number, one_of, shown

CHARGE, BLOCK, NOT_SET = "charge", "block", "not set"
ACTIONS = (CHARGE, BLOCK, NOT_SET)


@dataclass(frozen=True)
class Allowance:
    """What a tier includes of one dimension per usage period: a quantity, or a word; `over_limit`: what is above it.

    *unlimited* never yields overage; *not offered* is not for sale on the tier; *by contract* needs a private
    offer before it can be rated; *not set*: nobody said yet; *not billed*: another dimension counts the same usage.
    None of them is a number, and none of them is zero. Usage above a quantity is charged, blocked (refused, so never
    billed), or, while nobody set which, without an amount.
    """

    kind: str
    quantity: Decimal | None = None
    over_limit: str = CHARGE

    def __post_init__(self) -> None:
        if self.quantity is not None and not (self.quantity.is_finite() and self.quantity >= 0):
            raise BookError(f"an allowance includes {self.quantity}; write zero or more")
        one_of(self.over_limit, ACTIONS, "what happens above an allowance")

    @property
    def is_free(self) -> bool:
        """Whether no quantity of it ever costs anything, and why is in the word."""
        return self.kind in ("unlimited", "not billed")

    @classmethod
    def of(cls, value: object, where: str = "the allowance") -> Allowance:
        """A quantity or one of the words → the allowance; anything else is refused, opening with `where`."""
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
UNDECIDED = Allowance(NOT_SET)
NOT_BILLED = Allowance("not billed")  # no document says it: the book works it out
NOTHING_INCLUDED = Allowance("quantity", Decimal(0))
_WORDS = {allowance.kind: allowance for allowance in (UNLIMITED, NOT_OFFERED, BY_CONTRACT, UNDECIDED)}
