"""How beliefs and levers are called on this page, and how their numbers are written."""

from lib.ui import numbers
from lib.ui.legends import Legend

_SECTIONS = {
    "arrivals_per_month": "New customers a month: {}",
    "landing_share": "New customers who land on {}",
    "annual_share": "New {} customers who sign for a year",
    "aws_share": "{} who buy on AWS Marketplace",
    "tier_up_per_month": "From {} one tier up",
    "tier_down_per_month": "From {} one tier down",
    "churn_per_month": "{} who leave, a month",
    "tenure_factor": "Leaving in {}, against the first year",
    "worth": "How much history a belief of {} counts as",
    "seller_3pi_share": "New sellers with an integrator",
    "arrivals_dispersion": "How evenly new customers arrive",
    "arrivals_memory": "How soon old months of arrivals fade",
    "renewal_factor": "Leaving at renewal, against monthly",
    "stage_probability": "{}: deals that are won",
    "arrivals": "Arrivals: {}",
    "climbs": "Climbs: from {}",
    "tier_ups": "Going a tier up",
    "tier_downs": "Going a tier down",
    "churn": "Leaving{}",
    "churn_of": "Leaving: {}",
    "third_party": "New sellers with an integrator",
    "aws_share_of_choosers": "Who may choose and buys on AWS Marketplace",
}
_BANDS = {"first_year": "the first year", "second_year": "the second year", "later": "later years"}
_PERCENTS = ("landing_share", "annual_share", "aws_share", "seller_3pi_share", "stage_probability", "third_party")
_RATES = ("moves_per_month", "tier_up_per_month", "tier_down_per_month", "churn_per_month")
_FACTORS = ("arrivals", "climbs", "tier_ups", "tier_downs", "churn", "churn_of")


def belief(key: str, legend: Legend) -> str:
    """A belief or a lever by its key in the file → its words: churn_per_month.seller_3pi is who leaves a month."""
    section, _, own = key.partition(".")
    if section == "moves_per_month":
        source, _, target = own.partition(".")
        return f"From {_inside(source, legend)} to {_inside(target, legend)}, a month"
    shape = _SECTIONS.get(section)
    if shape is None:
        return numbers.name(key.replace(".", " "))
    name = _BANDS.get(own) or (legend.name(own) if own else "")
    if section == "churn":
        return f"Leaving: {name}" if name else "Leaving"
    return shape.format(name) if own else shape.replace(": {}", "").replace("{}", "").strip()


def number(key: str, value: float) -> str:
    """A number of a belief or a lever: a share or a monthly rate in percent, a factor as times."""
    section = key.partition(".")[0]
    if section in _PERCENTS:
        return numbers.percent(value, 0)
    if section in _RATES:
        return numbers.percent(value)
    return f"× {value:.2f}" if section in _FACTORS else f"{value:.3g}"


def unit(key: str) -> str:
    """What a number of a belief or a lever is, in a file: a rate, a factor or a number."""
    section = key.partition(".")[0]
    if section in (*_PERCENTS, *_RATES):
        return "rate"
    return "factor" if section in _FACTORS or section.endswith("_factor") else "number"


def _inside(key: str, legend: Legend) -> str:
    name = legend.name(key)
    return name if name[:2].isupper() or name.startswith("AWS") else name[:1].lower() + name[1:]
