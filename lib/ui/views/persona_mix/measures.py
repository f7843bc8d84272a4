"""What is forecast, and how its numbers are said: estimates with two digits, customers whole."""

from dataclasses import dataclass

from lib.charts import ESTIMATED
from lib.ui import numbers

ALL, PERSONA, TIER = "all", "persona", "tier"
SPLITS = {ALL: "All together", PERSONA: "By persona", TIER: "By tier"}


@dataclass(frozen=True)
class Measure:
    """One thing a fan shows: its key, its words, the unit of its axis, and whether persona and tier divide it."""

    key: str
    words: str
    unit: str
    definition: str
    is_divided: bool = True

    @property
    def file_unit(self) -> str:
        """How a column of it ends in a file: usd or customers."""
        return "usd" if self.unit == ESTIMATED else self.unit

    def said(self, number: float) -> str:
        """A level of it: $270k, 150."""
        return numbers.estimate(number) if self.unit == ESTIMATED else numbers.estimated_count(number)

    def changed(self, number: float) -> str:
        """A difference of it, with its sign: +$27k, −12."""
        if self.unit == ESTIMATED:
            return numbers.about(number)
        words = numbers.estimated_count(number)
        return f"+{words}" if number > 0 and words != "0" else words

    def between(self, low: float, high: float) -> str:
        """A range of it: between $900k and $1.4M; at about one number where both ends are told the same."""
        ends = self.said(low), self.said(high)
        return f"at about {ends[0]}" if ends[0] == ends[1] else f"between {ends[0]} and {ends[1]}"


MEASURES = {
    one.key: one
    for one in (
        Measure("mrr", "MRR", ESTIMATED, "Recurring revenue per month; overage is not in it."),
        Measure("arr", "ARR", ESTIMATED, "Twelve times MRR at that month's end."),
        Measure("revenue", "Revenue", ESTIMATED, "MRR and the overage of that month.", is_divided=False),
        Measure("kept", "Kept after fees", ESTIMATED, "Revenue of that month less what the rail keeps.", False),
        Measure("customers", "Customers", "customers", "Customers with a running contract at that month's end."),
    )
}
