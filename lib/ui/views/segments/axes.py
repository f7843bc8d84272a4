"""What customers are told apart by, in words and in the order a reader expects."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lib.charts import Series
from lib.segments import UNKNOWN, IdealCustomer
from lib.ui import numbers
from lib.ui.legends import Legend

AXES = {
    "persona": "Persona",
    "tier": "Tier",
    "rail": "Rail",
    "region": "Region",
    "cohort": "First paid in",
    "icp_segment": "ICP segment",
}
KEYED = ("persona", "tier", "rail")  # axes whose keys every table names by itself
_COLOURS = ("blue", "orange", "green", "purple", "sky", "vermilion", "grey")


@dataclass(frozen=True)
class Wording:
    """The names of groups along every axis: those of the legend, of the ideal customer segments, or their own."""

    legend: Legend
    ideal: Mapping[str, IdealCustomer]

    def name(self, axis: str, key: str) -> str:
        """One group along an axis as a reader knows it."""
        if axis == "icp_segment":
            return self.ideal[key].label if key in self.ideal else key.capitalize()
        if axis in KEYED:
            return self.legend.name(key)
        return numbers.name(key) if key == UNKNOWN else key

    def names(self, axes: Sequence[str], keys: Sequence[str]) -> str:
        """One group along several axes."""
        return ", ".join(self.name(axis, key) for axis, key in zip(axes, keys, strict=True))

    def in_order(self, axis: str, keys: Iterable[str]) -> list[str]:
        """The groups along an axis as the ladder climbs, tiers rise and time goes by."""
        places = {one.key: place for place, one in enumerate(self._coloured(axis))}
        return sorted(set(keys), key=lambda key: (places.get(key, len(places)), key))

    def series(self, axis: str, keys: Iterable[str]) -> list[Series]:
        """The groups along an axis in their order, rails, tiers and personas in their own colours."""
        if axis in KEYED:
            return list(self._coloured(axis))
        last = len(_COLOURS) - 1
        ordered = enumerate(self.in_order(axis, keys))
        return [Series(key, self.name(axis, key), _COLOURS[min(place, last)]) for place, key in ordered]

    def _coloured(self, axis: str) -> Sequence[Series]:
        legend = self.legend
        return {"persona": legend.personas, "tier": legend.tiers, "rail": legend.rails}.get(axis, ())


def by(*axes: str) -> str:
    """Axes inside a sentence: persona and tier."""
    return " and ".join(AXES[axis] if axis == "icp_segment" else AXES[axis].lower() for axis in axes)
