"""What the calculator is asked: whose spend, how it is known, which quality of service, at what price of ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from lib import savings
from lib.catalog.document import shown
from lib.desk.saving import Sold
from lib.savings import GainShare, Projection, Spend, Target
from lib.ui import controls, numbers
from lib.ui import savings as reads
from lib.ui.savings import Known
from lib.ui.views.savings import pricing, spending, typed
from lib.ui.views.savings.pricing import Price
from lib.ui.views.savings.spending import Told

NOBODY, LINK, _PICKED = "none", "savings_deal", "savings_pick"
_NOTHING = Spend(Decimal(0), Decimal(0))


@dataclass(frozen=True)
class Asked:
    """One question: whose spend, of which quality of service, against which price."""

    company: str
    prospect: Sold | None
    told: Told
    target: Target
    price: Price

    @property
    def projection(self) -> Projection:
        """The answer; of a spend that is not set only the break-even is one, which hangs on no spend."""
        return savings.project(self.told.spend or _NOTHING, self.target.low, self.target.high, self.price.ask)


def drawn(known: Known, kept: Sequence[Sold]) -> Callable[[], Asked]:
    """Draw every input, among the deals that are looked at → what reads them; refused in a sentence.

    What is typed is read after all inputs stand: an input that is drawn only where the one before it was right would
    lose what was typed in it.
    """
    left, right = st.columns(2)
    with left:
        prospect = _prospect(known.prospects, kept)
    with right:
        company = prospect.company if prospect else typed.text("savings_company", "Whose savings", "nobody's", _WHOSE)
    left, right = st.columns(2)
    with left:
        quality = target(known)
    measured = reads.measured_spend(prospect.company) if prospect else None
    with right:
        way = spending.way(measured)
    spend = spending.drawn(known.facts, way, bool(company), measured)
    price = pricing.drawn(known, prospect)
    return lambda: _read(company, prospect, quality, spend(), price)


def _read(company: str, prospect: Sold | None, quality: Target, told: Told, price: pricing.Read) -> Asked:
    return Asked(company, prospect, told, quality, price(told.spend))


def target(known: Known) -> Target:
    """The quality of service that is asked for."""
    labels = {key: one.label for key, one in known.targets.items()}
    return known.targets[controls.one_of("savings_quality", "Quality of service that is asked for", labels)]


def entered(asked: Asked) -> dict[str, str]:
    """What the result stands on, for its manifest."""
    ask, spend = asked.price.ask, asked.told.spend
    monthly, tokens = (spend.monthly, spend.tokens) if spend else (None, None)
    providers = [(one.provider, f"{one.provider.share:f}") for one in spend.parts] if spend else []
    return {
        "for": asked.company or "nobody named",
        "deal": asked.prospect.deal_id if asked.prospect else "none",
        "model spend, USD a month": _told(monthly),
        "tokens a month": _told(tokens),
        "providers": "; ".join(f"{one.name or 'all'} {part} at {one.usd_per_million:f}" for one, part in providers),
        "quality of service": asked.target.key,
        "our price, USD a year": _told(ask.price_yearly),
        "our price is": asked.price.words,
        "gain-share": _shared(ask.gain_share),
    }


def _prospect(everybody: Sequence[Sold], kept: Sequence[Sold]) -> Sold | None:
    """The open deal that is picked, here or by the link of another page, which no filter takes away.

    The address holds the deal's id, as other pages write it: two deals of one company are told apart, and a company
    that is renamed is found again.
    """
    known = {one.deal_id: one for one in everybody}
    asked = _by_link(known)
    offered = [key for key, one in known.items() if one in kept or key == asked]
    names = {NOBODY: "No deal: a spend of its own", **{key: f"{known[key].company} ({key})" for key in offered}}
    options = list(names)
    picked = st.selectbox(
        "Open deal",
        options,
        options.index(asked),
        format_func=lambda key: names[key],
        key=_PICKED,
        on_change=_remember,
        help=f"{numbers.counted(len(kept), 'open deal')} of the product, as the filters of the sidebar leave them.",
    )
    return known.get(str(picked))


def _by_link(known: Mapping[str, Sold]) -> str:
    """The deal of the address; one that is not open is said, and none is picked."""
    asked = st.query_params.get(LINK, NOBODY)
    if asked in (NOBODY, *known):
        return asked
    controls.say(f"Open deal: no open deal of this product is {shown(asked)}; pick one of the list, or none")
    return NOBODY


def _remember() -> None:
    """Write the deal that was just picked into the address."""
    picked = st.session_state[_PICKED]
    if picked != NOBODY:
        st.query_params[LINK] = picked
    elif LINK in st.query_params:
        del st.query_params[LINK]


def _told(number: Decimal | None) -> str:
    return typed.NOT_SET if number is None else f"{number:f}"


def _shared(one: GainShare | None) -> str:
    if one is None:
        return typed.NOT_SET
    return (
        "none" if one == savings.NO_GAIN_SHARE else f"{one.rate:f} of what is saved above {one.above_monthly:f} a month"
    )


_WHOSE = "A name for the sheet that the customer gets; it stands in the address like every input."
