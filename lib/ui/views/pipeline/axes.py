"""What deals are told apart by, what each group is called, and which deals a reader looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from lib.market import ClosedDeal, Deal
from lib.segments import IdealCustomer
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

    def segment(self, deal: Deal | ClosedDeal) -> str:
        """A deal's segment, with its product: no group holds deals of two."""
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
