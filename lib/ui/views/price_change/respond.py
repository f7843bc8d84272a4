"""How may people answer a price change? What is certain, what is estimated and what is assumed, kept apart."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

import pandas as pd
import streamlit as st

from lib import charts
from lib.charts import ESTIMATED, Series
from lib.response import STATIC, Assumption, Responses, Step
from lib.response.assumptions import NO_EVIDENCE
from lib.ui import cards, controls, frames, numbers
from lib.ui.answers import Answers, Beliefs
from lib.ui.effects import Effect
from lib.ui.legends import Legend

Tables: TypeAlias = Mapping[str, pd.DataFrame]
Read: TypeAlias = Callable[[tuple[str, ...], Beliefs], Answers]

PREFIX = "price_change"
SWITCHES = f"{PREFIX}_respond"
NAMES = {
    "plan_switch": "Plan switch",
    "term_switch": "Term switch",
    "rail_switch": "Rail switch",
    "usage": "Usage",
    "churn": "Churn",
    "conversion": "Conversion",
}
# Every belief in words, with how its slider writes it.
_PERCENT, _PLAIN, _USD = "percent", "%.3g", "$%.0f"
WORDS = {
    "plan_switch.friction_rate": ("Saving it takes, of the bill", _PERCENT),
    "plan_switch.friction_usd_per_month": ("Saving it takes on top", _USD),
    "term_switch.to_annual_per_point": ("Go annual, per point saved", _PERCENT),
    "term_switch.to_monthly_per_point": ("Go monthly, per point lost", _PERCENT),
    "rail_switch.moves_per_point": ("Move, per point cheaper", _PERCENT),
    "usage.elasticity": ("Elasticity on the marginal price", _PLAIN),
    "churn.beta_rises": ("Beta on a higher bill", _PLAIN),
    "churn.beta_falls": ("Beta on a lower bill", _PLAIN),
    "churn.shock_extra": ("Added to the logit by a shock", _PLAIN),
    "churn.shock_rise": ("A rise is a shock beyond", _PERCENT),
    "churn.tenure_factor_per_year": ("Kept per year of tenure", _PLAIN),
    "churn.pulse_share": ("Part that happens once", _PERCENT),
    "churn.counted_up_to_rise": ("Rises counted up to", _PERCENT),
    "conversion.elasticity": ("Elasticity on the price seen", _PLAIN),
    "conversion.counted_up_to_rise": ("Rises counted up to", _PERCENT),
}
_SLIDER_WIDTH = 240
_SWITCH_HELP = (
    "All off, nobody reacts. Each response is counted on its own, in this order, and its beliefs can be moved below."
)
_NOBODY, _HARDLY, _HUNDRED = 1e-9, 0.1, 100  # customers
_MONTHS = (Series("all", "The gain is gone", "blue"),)
_STEP_HEADERS = {"response": "Response", "change": "Change", "customers": "Customers"}
_SURVIVES_HEADERS = {"what": "The gain is gone if", "lost_rate": "Share", "lost": "Customers", "of": "Of"}
_BELIEF_HEADERS = {
    "response": "Response",
    "belief": "Belief",
    "value": "Value",
    "low": "Low",
    "high": "High",
    "evidence": "Evidence",
    "source": "Source",
}


def show(effect: Effect, on_file: Responses, read: Read, legend: Legend) -> Tables:
    """Switches, the answer as a range, then the three panels and what the gain survives; → every table of it.

    `read` answers for the responses that are counted, in their order, and the beliefs that were moved.
    """
    title = st.container()
    on = controls.several(SWITCHES, "Responses", NAMES, _SWITCH_HELP)
    known, above = st.columns(2), st.container()
    with st.container(border=True):
        answers = read(on, _sliders(on_file, on))
        listed = _assumed(answers, legend)
    with title:
        cards.heading(finding(answers))
    with known[0], st.container(border=True, height="stretch"):
        _certain(effect, answers)
    with known[1], st.container(border=True, height="stretch"):
        _estimated(answers, legend)
    with above:
        _pictures(answers, legend)
    return {**tables(answers), "Beliefs": listed}


def tables(answers: Answers) -> dict[str, pd.DataFrame]:
    """Every table of the panel but the beliefs, whole, for the page's foot."""
    return {
        "Responses": listed_steps(answers),
        "Break-evens": listed_break_evens(answers),
        "Break-even by month": answers.by_month,
        "Break-even curve": answers.curve,
        "Tornado": answers.bars.assign(is_hypothetical=answers.reactions.tornado.is_hypothetical),
    }


def finding(answers: Answers) -> str:
    """What the change brings as a range, under which beliefs, and what takes it away; never one number."""
    found = answers.reactions
    if found.is_static:
        return f"{_signed_exact(_static(answers))} if nobody reacts; {survival_words(answers)}"
    low, high = numbers.about(found.low_usd), numbers.about(found.high_usd)
    on = answers.responses.on
    names = "all responses" if len(on) == len(NAMES) else _joined([NAMES[name].lower() for name in on])
    span = f"About {low}" if low == high else f"Between {low} and {high}"
    return f"{span}, as far as the beliefs of {names} go; {survival_words(answers)}"


def survival_words(answers: Answers) -> str:
    """What takes the gain away: the break-even of churn, else of new customers, else why there is none."""
    churn, signing = answers.reactions.break_even.break_even, answers.reactions.conversion
    if churn is not None:
        who = numbers.counted(answers.may_leave, "customer")
        return f"the gain is gone if {numbers.percent(churn)} more of the {who} who meet it leave"
    if signing.of_whole_gain is not None:
        who = numbers.counted(signing.new_customers, "new customer")
        return f"the gain is gone if {numbers.percent(signing.of_whole_gain)} of {who} do not sign"
    if _static(answers) > 0:
        return f"losing all {numbers.count(answers.may_leave)} who may leave would not take it"
    return "there is no gain to lose"


def signing_words(answers: Answers) -> str:
    """What new customers may answer before the gain is gone, in a sentence."""
    signing = answers.reactions.conversion
    who = numbers.counted(signing.new_customers, "customer signs", "customers sign")
    if not signing.new_customers:
        return "Nobody signs at the new prices within these months, so conversion changes nothing here."
    first = f"**New customers**: {who} at prices that are {numbers.percent_change(signing.rise)} in all"
    own = (
        ""
        if signing.of_own_gain is None
        else (f"; they bring what they brought before if {numbers.percent(signing.of_own_gain)} stay away")
    )
    if signing.of_whole_gain is None:
        return f"{first}{own}. Nothing they do takes the whole gain, or there is none."
    means = "" if signing.elasticity is None else f", an elasticity of {_number(signing.elasticity)}"
    return f"{first}{own}, and the whole gain is gone at {numbers.percent(signing.of_whole_gain)}{means}."


def listed_steps(answers: Answers) -> pd.DataFrame:
    """Every step in the fixed order: the static one to the cent, estimates with two digits, and the whole range."""
    found = answers.reactions
    rows = [_step_row(step) for step in found.answer.steps]
    if not found.is_static:
        whole = {"Together": found.answer.delta_usd, "At least": found.low_usd, "At most": found.high_usd}
        rows += [(name, "", numbers.about(amount), "") for name, amount in whole.items()]
    return pd.DataFrame(rows, columns=["response", "counted", "change", "customers"])


def listed_break_evens(answers: Answers) -> pd.DataFrame:
    """What must not be exceeded, as rates and as customers, each with how many it is a share of."""
    found, signing = answers.reactions, answers.reactions.conversion
    rates = (
        ("more leave, once, of those who meet it", found.break_even.break_even, answers.may_leave),
        ("new customers do not sign", signing.of_whole_gain, signing.new_customers),
        ("new customers do not sign, their own gain alone", signing.of_own_gain, signing.new_customers),
    )
    return pd.DataFrame(
        {
            "what": [what for what, _, _ in rates],
            "lost_rate": frames.column(None if rate is None else Decimal(f"{rate:.6f}") for _, rate, _ in rates),
            "lost": ["none" if rate is None else _people(rate * of) for _, rate, of in rates],
            "of": [of for _, _, of in rates],
        }
    )


def listed_beliefs(responses: Responses) -> pd.DataFrame:
    """Every belief with its range, the grade of what it stands on, and its source; of all responses, in their order."""
    rows = [(key.partition(".")[0], key, belief) for key, belief in responses.beliefs()]
    ends = {end: [_written(key, getattr(one, end)) for _, key, one in rows] for end in ("value", "low", "high")}
    return pd.DataFrame(
        {
            "response": [NAMES[name] for name, _, _ in rows],
            "belief": [_words(key) for _, key, _ in rows],
            "is_counted": [responses[name].on for name, _, _ in rows],
            **ends,
            "evidence": [_grade(belief) for _, _, belief in rows],
            "source": [belief.source for _, _, belief in rows],
            "key": [key for _, key, _ in rows],
        }
    )


def _certain(effect: Effect, answers: Answers) -> None:
    cards.sentence("**:material/check_circle: Certain: the price lists over the same usage**")
    left, right = st.columns(2)
    left.metric("Could move", numbers.exact_change(effect.could_usd))
    right.metric("Moved", numbers.exact_change(effect.moved_usd))
    met = numbers.counted(answers.asked, "customer meets", "customers meet")
    cards.note(
        f"Every line rated under both books, to the cent. {met} the new prices within these months, "
        f"{numbers.count(answers.new)} of them with no other price before. Responses start from what moved."
    )


def _estimated(answers: Answers, legend: Legend) -> None:
    cards.sentence("**:material/query_stats: Estimated: what people make of it**")
    if answers.reactions.is_static:
        cards.note("Nothing is estimated while nobody reacts. Switch a response on to see a range.")
        return
    listed = listed_steps(answers)
    some = listed[(listed["counted"] == "yes") | (listed["counted"] == "")]
    cards.table(some, f"{PREFIX}_steps", _STEP_HEADERS, legend)
    cards.note(
        "Expected values, two digits each. The range holds every counted belief at the end of its range that makes the "
        "change smallest, and largest, all at once. Customers are those who answer, of churn and conversion those lost."
    )


def _pictures(answers: Answers, legend: Legend) -> None:
    if any(step.delta_usd for step in answers.reactions.answer.steps[1:]):
        named = answers.steps.assign(name=[numbers.name(name) for name in answers.steps["name"]])
        figure = charts.steps(named, "name", "delta_usd", title=_fall_words(answers), unit=ESTIMATED, total="Together")
        cards.picture(figure, f"{PREFIX}_waterfall")
    _survives(answers, legend)
    _matters(answers)


def _survives(answers: Answers, legend: Legend) -> None:
    if not answers.asked:
        cards.note("Nobody meets the new prices within these months, so nobody can answer them.")
        return
    if _static(answers) <= 0:
        cards.note("There is no gain that leavers could take: break-evens are shown where a change brings revenue.")
        return
    left, right = st.columns(2)
    with left:
        at = answers.reactions.break_even.break_even
        axis = f"more leave, of {numbers.counted(answers.may_leave, 'customer')}, once"
        figure = charts.break_even(answers.curve, at, title=_curve_words(answers), unit=ESTIMATED, axis=axis)
        cards.picture(figure, f"{PREFIX}_break_even")
    with right:
        months = answers.by_month.assign(what="all")
        figure = charts.lines(
            months, "month", "extra_churn_rate", "what", series=_MONTHS, title=_month_words(answers), unit="share"
        )
        cards.picture(figure, f"{PREFIX}_break_even_months")
    cards.sentence(signing_words(answers))
    cards.table(listed_break_evens(answers), f"{PREFIX}_break_evens", _SURVIVES_HEADERS, legend)
    cards.note("Of revenue, at once when the new prices are met, and needing no belief: it asks what must not happen.")


def _matters(answers: Answers) -> None:
    """The tornado: of what is counted; with nothing on, of everything, and marked as such."""
    found = answers.reactions.tornado
    if answers.bars.empty:
        cards.note("No belief moves the change by a dollar, wherever in its range it lies.")
        return
    named = answers.bars.assign(name=[_bar_name(*row) for row in zip(*_bar_columns(answers), strict=True)])
    figure = charts.tornado(named, "name", found.change_usd, title=_bar_words(answers), unit=ESTIMATED)
    cards.picture(figure, f"{PREFIX}_tornado")
    if found.is_hypothetical:
        cards.note(
            ":material/science: Hypothetical: nothing is counted above. This is what would matter if every response "
            "were on, with every other belief as it stands."
        )


def _assumed(answers: Answers, legend: Legend) -> pd.DataFrame:
    listed = listed_beliefs(answers.responses)
    counted = listed[listed["is_counted"]]
    if counted.empty:
        cards.note("Nothing is assumed while nobody reacts. These are the beliefs that the tornado would move:")
    shown = listed if counted.empty else counted
    cards.table(shown, f"{PREFIX}_beliefs", _BELIEF_HEADERS, legend)
    cards.note(
        "None was measured on our customers. Evidence: A field data reviewed by peers, B public filings or a survey "
        "with its n, C a claim without method; of the weakest that a number stands on. Low and high are the smaller "
        "and the larger number. Whose file: data/assumptions/responses.toml."
    )
    return listed


def _sliders(on_file: Responses, on: Sequence[str]) -> Beliefs:
    """The beliefs of what is counted as sliders inside their ranges → those that were moved."""
    cards.sentence("**:material/psychology: Assumed: what is believed, and by whom**")
    moved = []
    grid = st.grid(3, min_column_width=_SLIDER_WIDTH) if on else st.container()
    with grid:
        for key, belief in on_file.beliefs(on):
            value = _slider(key, belief) if belief.low < belief.high else belief.value
            if value != belief.value:
                moved.append((key, value))
    return tuple(moved)


def _slider(key: str, belief: Assumption) -> Decimal:
    name = NAMES[key.partition(".")[0]]
    label, shown = WORDS.get(key, (numbers.name(key.partition(".")[2]), _PLAIN))
    ends = belief.low, belief.high
    return controls.within(
        f"{PREFIX}_{key.replace('.', '_')}", f"{name}: {label}", ends, belief.value, shown, belief.source
    )


def _fall_words(answers: Answers) -> str:
    steps = [step for step in answers.reactions.answer.steps[1:] if step.on]
    most = max(steps, key=lambda step: abs(step.delta_usd))
    return f"Expected: {NAMES[most.name].lower()} moves most, {numbers.about(most.delta_usd)}"


def _curve_words(answers: Answers) -> str:
    at, (low, high) = answers.reactions.break_even.break_even, answers.leaving
    believed = f"the beliefs allow {numbers.percent(low)} to {numbers.percent(high)}"
    if at is None:
        return f"No share of leavers takes a gain away; {believed}"
    return f"The gain survives until {numbers.percent(at)} more leave; {believed}"


def _month_words(answers: Answers) -> str:
    known = answers.by_month[answers.by_month["extra_churn_rate"].notna()]
    if known.empty:
        return "In no month is there a gain that leavers could take"
    first, last = known.iloc[0], known.iloc[-1]
    rates = [f"{numbers.percent(one['extra_churn_rate'])} in {numbers.month(one['month'])}" for one in (first, last)]
    return f"Where the gain is gone if the months ended earlier: {rates[0]}, {rates[1]}"


def _bar_words(answers: Answers) -> str:
    bar = answers.reactions.tornado.bars[0]
    lead = "If all were counted, t" if answers.reactions.tornado.is_hypothetical else "T"
    swing = numbers.about(bar.swing_usd).lstrip("+")
    belief = _words(bar.key)
    return f"{lead}he widest belief, {belief[:1].lower()}{belief[1:]}, makes {swing} from end to end"


def _bar_columns(answers: Answers) -> tuple["pd.Series[str]", "pd.Series[float]", "pd.Series[float]"]:
    return answers.bars["assumption"], answers.bars["low"], answers.bars["high"]


def _bar_name(key: str, low: float, high: float) -> str:
    name = NAMES[key.partition(".")[0]]
    return f"{_words(key)}<br>{name}, {_written(key, low)} to {_written(key, high)}"


def _step_row(step: Step) -> tuple[str, str, str, str]:
    if step.name == STATIC:
        return "Static", "yes", numbers.exact_change(_cents(step.delta_usd)), numbers.count(round(step.moved))
    counted = "yes" if step.on else "no"
    return NAMES[step.name], counted, numbers.about(step.delta_usd), _people(step.moved)


def _people(number: float) -> str:
    """An expected number of customers, two digits of it; a part of one that nobody would notice is told as such."""
    size = abs(number)
    return "0" if size < _NOBODY else "below 0.1" if size < _HARDLY else _number(number)


def _grade(belief: Assumption) -> str:
    return "a belief" if belief.grade == NO_EVIDENCE else f"grade {belief.grade}"


def _words(key: str) -> str:
    return WORDS[key][0] if key in WORDS else numbers.name(key.partition(".")[2])


def _written(key: str, number: Decimal | float) -> str:
    shown = WORDS[key][1] if key in WORDS else _PLAIN
    if shown == _PERCENT:
        return numbers.percent(number)
    return numbers.about(number).lstrip("+") if shown == _USD else _number(float(number))


def _number(number: float) -> str:
    return f"{number:.2g}".replace("-", "−") if abs(number) < _HUNDRED else numbers.count(round(number))


def _static(answers: Answers) -> float:
    return answers.reactions.answer[STATIC].delta_usd


def _signed_exact(amount: float) -> str:
    return numbers.exact_change(_cents(amount))


def _cents(amount: float) -> Decimal:
    return Decimal(f"{amount:.2f}")


def _joined(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
