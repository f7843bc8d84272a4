"""What deals are told apart by, what each group is called, and which deals a reader looks at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from lib import pipeline
from lib.desk.dealing import OpenDeal
from lib.market import ClosedDeal, Deal
from lib.segments import IdealCustomer
from lib.segments.ladder import UNKNOWN
from lib.ui import numbers
from lib.ui.focus import Focus
from lib.ui.legends import Legend

AXES: Mapping[str, str] = MappingProxyType(
    {
        "icp_segment": "ICP segment",
        "persona": "Persona",
        "advised_rail": "Advised rail",
        "channel": "Channel",
        "owner": "Owner",
        "product": "Product",
    }
)
NOT_RECORDED = "Not recorded"
_ASK = "Ask first"

D = TypeVar("D", Deal, ClosedDeal)


@dataclass(frozen=True)
class Names:
    """What everything is called: rails and personas, ideal-customer segments, channels by product and key."""

    legend: Legend
    segments: Mapping[str, IdealCustomer]
    channels: Mapping[tuple[str, str], str]

    def of(self, deal: Deal | ClosedDeal, axis: str) -> str:
        """The group of a deal on an axis; what no record says is called that."""
        match axis:
            case "icp_segment":
                return self.segment(deal)
            case "channel":
                return self.channel(deal)
            case "owner":
                return deal.owner or NOT_RECORDED
            case "product":
                return numbers.name(deal.product)
            case "advised_rail" if deal.advised_rail not in self.legend.names:
                return _ASK
        return self.legend.name(getattr(deal, axis))

    def group(self, deal: Deal | ClosedDeal, axis: str) -> str:
        """The group of a deal with its product, so that no group holds deals of two, whatever it is told by."""
        name = self.of(deal, axis)
        return name if axis in ("icp_segment", "product") else of_product(deal.product, name)

    def segment(self, deal: Deal | ClosedDeal) -> str:
        """A deal's segment, with its product: no group holds deals of two."""
        if deal.product == UNKNOWN:
            return f"{numbers.name(deal.product)}: ask which product"
        product = numbers.name(deal.product)
        own = self.segments.get(deal.icp_segment or "")
        if own is not None and own.product == deal.product:
            return f"{product}: {own.label}"
        if any(one.product == deal.product for one in self.segments.values()):
            return f"{product}: {NOT_RECORDED.lower()}"
        return f"{product}: no segment in the brief"

    def channel(self, deal: Deal | ClosedDeal) -> str:
        """Through whom a deal came."""
        if not deal.channel:
            return NOT_RECORDED
        return self.channels.get((deal.product, deal.channel), numbers.name(deal.channel))


def of_product(product: str, name: str) -> str:
    """What a group of one product is called where several products are looked at."""
    return f"{numbers.name(product)}: {name}"


def by_product(found: Iterable[OpenDeal]) -> dict[str, list[OpenDeal]]:
    """Open deals by their product, because nothing adds up two products."""
    groups = pipeline.grouped(found, lambda one: one.deal.product)
    return {product: groups[product] for product in sorted(groups)}


def kept(deals: Sequence[D], asked: Focus) -> list[D]:
    """The deals a reader looks at."""
    return [
        deal
        for deal in deals
        if asked.keeps(
            product=deal.product,
            icp_segment=deal.icp_segment,
            persona=deal.persona,
            rail=deal.advised_rail,
            owner=deal.owner,
        )
    ]
