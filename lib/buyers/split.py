"""The split among sellers: who manages its own listings, and who does it through an integrator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from lib.buyers.places import Buyer
from lib.segments import SELLERS, UNKNOWN

SELF_MANAGED, THIRD_PARTY = SELLERS


@dataclass(frozen=True)
class Split:
    """Customers by what is known of their selling; `unknown` sell, but who manages it is not known.

    Of `unasked` nobody knows whether they sell at all: they are in no share.
    """

    self_managed: tuple[str, ...]
    third_party: tuple[str, ...]
    unknown: tuple[str, ...]
    unasked: tuple[str, ...]

    @property
    def known(self) -> int:
        """How many sellers the shares are of."""
        return len(self.self_managed) + len(self.third_party)

    @property
    def share(self) -> Fraction | None:
        """The self-managed among the sellers of whom it is known; None where it is known of nobody."""
        return Fraction(len(self.self_managed), self.known) if self.known else None

    @property
    def bounds(self) -> tuple[Fraction, Fraction] | None:
        """The share if every unknown seller used an integrator, and if none did; None where nobody sells."""
        every = self.known + len(self.unknown)
        if not every:
            return None
        own = len(self.self_managed)
        return Fraction(own, every), Fraction(own + len(self.unknown), every)


def split(buyers: Iterable[Buyer]) -> Split:
    """Customers → the split among those who sell."""
    found: dict[str, list[str]] = {SELF_MANAGED: [], THIRD_PARTY: [], UNKNOWN: [], "unasked": []}
    for one in buyers:
        if one.persona in SELLERS:
            found[one.persona].append(one.customer_id)
        elif one.is_seller == "yes":
            found[UNKNOWN].append(one.customer_id)
        elif one.is_seller == UNKNOWN:
            found["unasked"].append(one.customer_id)
    return Split(*(tuple(sorted(ids)) for ids in found.values()))
