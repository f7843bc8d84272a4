"""The papers' advice for one customer in sentences: each decision with the facts behind it, and what to ask."""

from lib.segments import Approach, PricingAdvice
from lib.ui import cards, numbers
from lib.ui.advised import Advised


def show(advised: Advised) -> None:
    """Who the customer is, how to approach it, on which rail, under which pricing model, and what to ask."""
    for sentence in sentences(advised):
        cards.sentence(sentence)


def sentences(advised: Advised) -> list[str]:
    """The same as markdown, a decision in each."""
    told = advised.advice
    return [
        f"**Who:** {cards.plain(told.persona.reason)}",
        *(_approach(told.approach) if told.approach else ()),
        f"**Rail:** {cards.plain(told.rail.reason)}",
        *(_pricing(told.pricing, advised.fewest_months) if told.pricing else ()),
        *(f"**Missing fact:** {cards.plain(one.words)}" for one in told.questions if one.words != told.persona.reason),
    ]


def _approach(approach: Approach) -> list[str]:
    build = {"none": "", "shown": " The Build layer is shown.", "hidden": " The Build layer stays hidden."}
    return [
        f"**Motion:** {cards.plain(approach.motion)}. **Surface:** {cards.plain(approach.surface)}."
        f"{build[approach.build]} **Offer:** {cards.plain(approach.offer)}."
    ]


def _pricing(advice: PricingAdvice, fewest_months: int) -> list[str]:
    evidence = (
        f"Not measured: needs {numbers.counted(fewest_months, 'whole month')} of service with a bill."
        if advice.variation is None
        else f"Measured beside it: this customer's bills vary by {numbers.percent(advice.variation, 0)} of their mean "
        "from month to month, under the current book."
    )
    return [f"**Pricing model advised:** {cards.plain(advice.reason)} {evidence}"]
