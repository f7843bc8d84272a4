"""Whether an offer may be made: who must agree, what AWS takes, how far above its floor it lies, the express way."""

from decimal import Decimal

import pandas as pd

from lib import charts
from lib.catalog.book import Book
from lib.costs import Missing
from lib.desk.offered_to import Company
from lib.desk.offering import OfferAnswer
from lib.offers import (
    DOLLARS,
    ELIGIBLE,
    KEPT,
    NOT_ELIGIBLE,
    PASSED,
    RATES,
    UNDECIDED,
    Approval,
    LimitVerdict,
    banded,
    passed,
)
from lib.offers.measures import Counted
from lib.ui import cards, frames, numbers
from lib.ui.legends import Legend

_SIGNS = {KEPT: "✓ kept", PASSED: "✗ not kept", UNDECIDED: "? undecided"}
_NEEDED = {True: "✗ needed", False: "✓ not needed", None: "? undecided"}
_EXPRESS = {ELIGIBLE: "✓ fits", NOT_ELIGIBLE: "✗ does not fit"}
_APPROVALS = {"verdict": "Approval", "rule": "What is looked at", "found": "Here", "limit": "Asked", "who": "From whom"}
_LIMITS = {"verdict": "Verdict", "rule": "What AWS Marketplace takes", "found": "Here", "limit": "Limit"}
_WHY, _BEYOND = {"why": "Why"}, {"why": "What follows, and where it stands"}
_NOBODY = "Nobody must approve"
_WAY = {"verdict": "Verdict", "what": "What it hangs on", "why": "Why"}


def approvals(found: OfferAnswer, legend: Legend) -> None:
    """Every rule of ours, those that ask somebody first."""
    cards.heading(_asks(found))
    cards.table(approved(found), "offer_approvals", {**_APPROVALS, **_WHY}, legend)
    if any(one.is_needed is not False for one in found.approvals):
        cards.note(
            "That somebody agreed is recorded nowhere yet: a draft that is kept holds its terms and who kept it, and "
            "the decisions on record are of price changes. So the term sheet says *draft, subject to approval*."
        )


def _asks(found: OfferAnswer) -> str:
    """Who must agree, and how many rules cannot say so yet."""
    needed, undecided = (sum(one.is_needed is state for one in found.approvals) for state in (True, None))
    who = " and ".join(found.asked)
    told = f"{numbers.counted(needed, 'rule asks', 'rules ask')} for approval, by {who}" if needed else _NOBODY
    if not undecided:
        return told
    return f"{told if needed else f'{_NOBODY} so far'}; {numbers.count(undecided)} cannot be decided yet"


def approved(found: OfferAnswer) -> pd.DataFrame:
    """Every rule of ours with what it looked at and whom it asks."""
    ordered = sorted(found.approvals, key=lambda one: [True, None, False].index(one.is_needed))
    return pd.DataFrame(
        {
            "verdict": [_NEEDED[one.is_needed] for one in ordered],
            "rule": [one.rule.words for one in ordered],
            "found": [_counted(one.rule.measure, one.found) for one in ordered],
            "limit": [_asked_at(one) for one in ordered],
            "who": [", ".join(one.rule.asked) for one in ordered],
            "why": [one.rule.why for one in ordered],
        }
    )


def _asked_at(one: Approval) -> str:
    rule = one.rule
    if rule.above is not None:
        return f"above {_counted(rule.measure, rule.above)}"
    return f"below {_counted(rule.measure, rule.below or Decimal(0))}"


def limits(found: OfferAnswer, book: Book, legend: Legend) -> None:
    """Every rule of AWS, those that are not kept first."""
    broken, open_ = len(passed(found.limits)), sum(one.verdict == UNDECIDED for one in found.limits)
    kept = numbers.counted(len(found.limits) - broken - open_, "limit")
    said = f"{kept} of AWS Marketplace kept"
    said += f", {numbers.count(broken)} not" if broken else ""
    said += f", {numbers.count(open_)} undecided" if open_ else ""
    cards.heading(said)
    for one in passed(found.limits):
        cards.sentence(f":material/block: **{cards.plain(one.limit.words)}**: {cards.plain(one.limit.beyond)}.")
    cards.table(limited(found), "offer_limits", {**_LIMITS, **_BEYOND}, legend)
    if told := bands_words(found, book):
        cards.note(told)
    cards.note(f"{_renewal(found.company)}: {cards.plain(found.company.name)} {found.company.renewal_reason}.")


def bands_words(found: OfferAnswer, book: Book) -> str:
    """What AWS does not hold of the list's own bands; nothing where every dimension has one price."""
    stepped = banded(found.offer.terms, book)
    if not stepped:
        return ""
    one = " and ".join(f"{item.name} at {numbers.unit_price(rate)}" for item, rate in stepped)
    return (
        f"AWS holds one price of a dimension: {one}, the first band's. The other bands stand in the description and "
        "hold only if fewer units are metered above a step; metered as used, AWS bills the first price for all of them."
    )


def _renewal(company: Company) -> str:
    if company.is_renewal is None:
        return "Nobody can say whether AWS takes it for a renewal, so that the dearer fee of a new offer is shown"
    return f"AWS takes it for {'a renewal' if company.is_renewal else 'no renewal'}"


def limited(found: OfferAnswer) -> pd.DataFrame:
    """Every rule of AWS with what was counted, and where it stands."""
    order = [PASSED, UNDECIDED, KEPT]
    ordered = sorted(found.limits, key=lambda one: order.index(one.verdict))
    return pd.DataFrame(
        {
            "verdict": [_SIGNS[one.verdict] for one in ordered],
            "rule": [one.limit.words for one in ordered],
            "found": [_counted(one.limit.measure, one.found) for one in ordered],
            "limit": [_limit(one) for one in ordered],
            "why": [f"{one.limit.beyond}. {one.limit.source}, {numbers.day(one.limit.as_of)}" for one in ordered],
        }
    )


def _limit(one: LimitVerdict) -> str:
    if isinstance(one.limit.limit, tuple):
        return " or ".join(one.limit.limit)
    bound = "at most" if one.limit.bound == "at_most" else "at least"
    return f"{bound} {_counted(one.limit.measure, one.limit.limit)}"


def _counted(measure: str, found: Counted) -> str:
    if isinstance(found, Missing | str):
        return str(found)
    if measure in RATES:
        return numbers.percent(found)
    return numbers.exact_money(found) if measure in DOLLARS else numbers.quantity(found)


def floor(found: OfferAnswer) -> None:
    """Where the offer lies between its floor and the list."""
    if isinstance(found.floor, Missing):
        cards.heading("The floor cannot be worked out")
        cards.note(f"The lowest price is {found.floor}.")
        return
    price, least = numbers.exact_money(found.floor.economics.quote.acv), numbers.percent(found.least_margin, 0)
    cards.heading(f"The floor is {price} a year; what holds it there is {found.floor.bound_by}")
    frame = prices(found)
    shades = ["grey" if name != "This offer" else "blue" for name in frame["price"]]
    shades[-1] = "vermilion"
    title = f"A cent below {price} a year the offer no longer keeps {least} of margin and its cost"
    cards.picture(charts.ranked(frame, "price", "usd", title=title, unit="USD", shades=shades), "offer_floor")


def prices(found: OfferAnswer) -> pd.DataFrame:
    """A year at list, as offered and at its floor, on average over the term, in USD."""
    quote = found.offer.quote
    told = {
        "Twelve monthly prices": None if quote.list_monthly is None else quote.list_monthly * 12,
        "Annual price": quote.list_annual,
        "This offer": quote.acv,
        "Floor": None if isinstance(found.floor, Missing) else found.floor.economics.quote.acv,
    }
    known = {name: price for name, price in told.items() if price is not None}
    return pd.DataFrame({"price": list(known), "usd": frames.column(known.values())})


def express(found: OfferAnswer, legend: Legend) -> None:
    """Whether AWS may make this offer without us."""
    verdict = found.express.verdict
    words = (
        "Whether it may be an express offer is not decided yet" if verdict not in _EXPRESS else f"This offer {verdict}"
    )
    cards.heading(words)
    cards.note(cards.plain(found.rules.express.words))
    cards.table(way(found), "offer_express", _WAY, legend)
    cards.note(*(f"{cards.plain(source)}." for source in found.rules.express.sources))


def way(found: OfferAnswer) -> pd.DataFrame:
    """Everything an express offer hangs on."""
    rows = sorted(found.express.rows, key=lambda row: [NOT_ELIGIBLE, "unknown", ELIGIBLE].index(row.verdict))
    return pd.DataFrame(
        {
            "verdict": [_EXPRESS.get(row.verdict, "? unknown") for row in rows],
            "what": [row.what for row in rows],
            "why": [row.words for row in rows],
        }
    )
