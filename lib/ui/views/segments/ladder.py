"""How each persona is approached: surface, motion, the pricing model advised, and how steady its bills are."""

from collections.abc import Mapping, Sequence
from statistics import median

import pandas as pd

from lib import charts
from lib.market import Customer
from lib.segments import NONE_GIVEN, UNKNOWN, Persona
from lib.ui import cards, frames, numbers
from lib.ui.aims import Ladder
from lib.ui.cards import Card
from lib.ui.legends import Legend
from lib.ui.views.segments import aims

ASSUMPTIONS = (
    "Offer, surface, motion and the pricing model advised are the segmentation paper's own words; for whoever does "
    "not sell on AWS Marketplace it gives no pricing model.",
    "Bills vary by the standard deviation of a customer's monthly bills over their mean: the current book over the "
    "last full months' real usage, fees spread over the months they pay for. It stands beside the advice and changes "
    "nothing.",
    "The persona decides product and motion, and never the rail.",
)
_HEADERS = {
    "persona": "Persona",
    "customers": "Customers",
    "surface": "Surface",
    "motion": "Motion",
    "build": "Build layer",
    "pricing": "Pricing model advised",
    "bills_vary_rate": "Bills vary by, median",
    "measured": "measured of",
    "offer": "Offer",
}


def finding(found: Ladder, customers: Sequence[Customer], fewest: int) -> str:
    """How many customers have a pricing model advised, and whose bills vary most."""
    advised = sum(one.persona in found.pricing for one in customers)
    said = f"{advised} of {numbers.counted(len(customers), 'customer')} sell on AWS and have a pricing model advised"
    told = _varied(found, customers, fewest)
    if not told:
        return f"{said}; how steady bills are is not measurable yet: needs months of bills"
    persona = max(told, key=lambda key: told[key])
    label = next(one.label for one in found.personas if one.key == persona)
    return f"{said}; bills vary most for “{label}”, by {numbers.percent(told[persona], 0)} of their mean"


def show(found: Ladder, customers: Sequence[Customer], fewest: int, legend: Legend) -> None:
    """Cards, how far bills vary by persona, and the ladder itself."""
    cards.row(_cards(found, customers))
    told = _varied(found, customers, fewest)
    if told:
        labels = {one.key: one.label for one in found.personas}
        order = sorted(told, key=lambda key: -told[key])
        frame = pd.DataFrame({"persona": [labels[key] for key in order], "varies": [told[key] for key in order]})
        title = f"From month to month bills vary most for “{labels[order[0]]}”: the middle customer of each persona"
        cards.picture(charts.ranked(frame, "persona", "varies", title=title, unit="share"), "segments_steady")
    cards.heading("The ladder, from the bottom: what is offered, how, and under which pricing model")
    cards.table(listing(found, customers, fewest), "segments_ladder", _HEADERS, legend)
    aims.show_channels(found.channels, legend)


def listing(found: Ladder, customers: Sequence[Customer], fewest: int) -> pd.DataFrame:
    """Every persona with what the paper says of it, our customers, and their middle variation where enough have one."""
    own = _ids(customers)
    told = _varied(found, customers, fewest)
    return pd.DataFrame(
        {
            "persona": [one.key for one in found.personas],
            "customers": [len(own.get(one.key, ())) for one in found.personas],
            "surface": [one.surface for one in found.personas],
            "motion": [one.motion for one in found.personas],
            "build": [one.build for one in found.personas],
            "pricing": [_advised(found, one) for one in found.personas],
            "bills_vary_rate": frames.column(told.get(one.key) for one in found.personas),
            "measured": [sum(key in found.variations for key in own.get(one.key, ())) for one in found.personas],
            "offer": [one.offer for one in found.personas],
        }
    )


def _advised(found: Ladder, persona: Persona) -> str:
    return found.pricing[persona.key].words if persona.key in found.pricing else NONE_GIVEN


def _varied(found: Ladder, customers: Sequence[Customer], fewest: int) -> dict[str, float]:
    """The middle customer's variation, by persona; of too few there is none."""
    own = {
        key: [found.variations[one] for one in ids if one in found.variations] for key, ids in _ids(customers).items()
    }
    return {key: median(some) for key, some in own.items() if len(some) >= fewest}


def _ids(customers: Sequence[Customer]) -> Mapping[str, set[str]]:
    own: dict[str, set[str]] = {}
    for one in customers:
        own.setdefault(one.persona, set()).add(one.customer_id)
    return own


def _cards(found: Ladder, customers: Sequence[Customer]) -> list[Card]:
    models = {one.model: 0 for one in found.pricing.values()}
    for one in customers:
        if one.persona in found.pricing:
            models[found.pricing[one.persona].model] += 1
    none = sum(one.persona not in found.pricing for one in customers)
    measured = sum(one.customer_id in found.variations for one in customers)
    hidden = {one.key for one in found.personas if one.build == "hidden"}
    asked = sum(one.persona == UNKNOWN for one in customers)
    return [
        *(
            Card(model.capitalize(), numbers.count(count), "Customers whose persona is advised this pricing model.")
            for model, count in models.items()
        ),
        Card("None advised", numbers.count(none), "The brief gives none to whoever does not sell on AWS."),
        Card(
            "Build hidden",
            numbers.count(sum(one.persona in hidden for one in customers)),
            "Customers who list through an integrator: Market only.",
        ),
        Card("Bills measured", numbers.count(measured), "Customers served long enough to say how steady bills are."),
        Card("To be asked", numbers.count(asked), "Customers whose persona hangs on a fact nobody has recorded."),
    ]
