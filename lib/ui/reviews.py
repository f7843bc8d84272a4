"""A business review of one customer, as a paper that somebody outside may hold: what is on file, nothing assumed."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from lib.catalog.book import Dimension
from lib.desk.renewing import Upcoming
from lib.exports import Figure, Part, Sheet
from lib.pilots import Pilot
from lib.playbook import Playbook
from lib.renewals import REVIEW, Saving, Trend
from lib.ui import numbers, proof
from lib.ui.cards import Stamp

NOT_SET = "not set"
NO_TREND = "not measurable yet: needs {months} full months under contract"
NO_USAGE = "not measurable yet: needs usage under a contract, and none is on file"
NO_QUALITY = "not measurable yet: needs a quality score of answers; no source we pull holds one"
NO_STEPS = "the papers name no steps for this product"


def trend_words(row: Upcoming) -> str:
    """How usage moved in a few words: the fullest allowance first, and how many dimensions rose; units never mix."""
    if row.coming.kind == REVIEW and row.trends is None:
        return NO_USAGE
    if row.trends is None:
        return NO_TREND.format(months=2 * row.trend_months)
    if not row.trends:
        return f"nothing used in {2 * row.trend_months} months"
    rising = sum(one.change is None or one.change > 0 for one in row.trends)
    first = row.trends[0]
    return f"{numbers.name(first.dimension)} {moved(first)}; {rising} of {len(row.trends)} dimensions rose"


def moved(one: Trend) -> str:
    """A relative change, or that nothing was used before."""
    return "new" if one.change is None else numbers.percent_change(one.change, 0)


def saving_words(saving: Saving | None, product: str, measured_product: str) -> str:
    """What a customer saves, or what is missing to know."""
    if saving is None and product != measured_product:
        return f"measured for {numbers.name(measured_product)} only"
    if saving is None:
        return "not measurable yet: needs a savings baseline"
    rate = numbers.percent(saving.rate) if saving.rate is not None else "of nothing"
    return f"{rate}, {numbers.exact_money(saving.amount)} a month"


def gain_share_words(playbook: Playbook, product: str, saving: Saving | None) -> str:
    """Whether a gain-share upgrade is offered: of one product, and only above a threshold that somebody has set."""
    threshold = playbook.gain_share_threshold
    if product != playbook.gain_share_product:
        return "The papers name no gain-share for this product."
    if threshold is None:
        return "The threshold for a gain-share upgrade is not set."
    if saving is None or saving.rate is None:
        return "Whether a gain-share upgrade is offered is not measurable yet: needs a savings baseline."
    bound = numbers.percent(threshold)
    rate = proof.beside(saving.rate, threshold)
    if saving.rate > threshold:
        return f"A gain-share upgrade is offered: {rate} saved is above {bound}."
    return f"No gain-share upgrade: {rate} saved is not above {bound}."


def review(
    row: Upcoming, playbook: Playbook, pilots: Sequence[Pilot], dimensions: Mapping[str, Dimension], stamp: Stamp
) -> Sheet:
    """One customer's business review: savings, quality, incidents, usage, levers to come, gain-share.

    `pilots` are those of the customer's company; `dimensions` name the units of its usage.
    """
    return Sheet(
        kind="Business review",
        title=row.name,
        answer=_answer(row),
        as_of=stamp.as_of,
        fingerprint=stamp.fingerprint,
        manifest=stamp.manifest,
        figures=_figures(row, playbook),
        parts=(
            _savings(row),
            Part("Quality", (f"Quality improvements are {NO_QUALITY}.",)),
            _incidents(pilots),
            _usage(row, dimensions),
            _levers(row),
            Part("Gain-share", (gain_share_words(playbook, row.product, row.saving),)),
        ),
        label="synthetic sample" if stamp.is_synthetic else "",
        notes=(
            "Savings are what was spent a month before us less what is spent now, by the newest measurement on file.",
            f"Usage is that of the last {row.trend_months} full months against the {row.trend_months} before, "
            "dimension by dimension; a share is an average month of the last ones as a part of what is included.",
            "What is planned is not promised: nobody has set a day.",
        ),
    )


def _answer(row: Upcoming) -> str:
    if row.saving is None or row.saving.rate is None:
        return f"{row.name} has no measured saving on file; its usage: {trend_words(row)}."
    return (
        f"{row.name} spends {numbers.exact_money(row.saving.amount)} a month less than before, "
        f"{numbers.percent(row.saving.rate)} of what it spent."
    )


def _figures(row: Upcoming, playbook: Playbook) -> tuple[Figure, ...]:
    saving, threshold = row.saving, playbook.gain_share_threshold
    saved = numbers.percent(saving.rate) if saving and saving.rate is not None else "not measured"
    has_gain_share = row.product == playbook.gain_share_product
    above = NOT_SET if threshold is None else numbers.percent(threshold)
    note = f"measured {numbers.day(saving.measured_on)}" if saving else "needs a savings baseline"
    return (
        Figure("Saved", saved, note),
        Figure("A month", numbers.exact_money(saving.amount) if saving else "not measured", "less than before"),
        Figure("Next day", numbers.day(row.coming.on), row.coming.kind),
        *([Figure("Gain-share above", above, "of the spend saved")] if has_gain_share else []),
    )


def _savings(row: Upcoming) -> Part:
    if row.saving is None:
        return Part("Savings delivered", ("Not measurable yet: needs a savings baseline of this customer.",))
    one = row.saving
    rate = numbers.percent(one.rate, 2) if one.rate is not None else "not measurable: nothing was spent before"
    cells = (
        ("Spent a month before", numbers.exact_money(one.baseline)),
        ("Spent a month now", numbers.exact_money(one.current)),
        ("Saved a month", f"{numbers.exact_money(one.baseline)} − {numbers.exact_money(one.current)} = "
         f"{numbers.exact_money(one.amount)}"),
        ("Of what was spent", rate),
        ("Measured", numbers.day(one.measured_on)),
    )  # fmt: skip
    return Part("Savings delivered", (), (numbers.name(one.metric), "Value"), cells)


def _incidents(pilots: Sequence[Pilot]) -> Part:
    """Breaches of service levels on record: those that the shift of a pilot measured."""
    steps = [one for pilot in pilots for one in pilot.steps if one.measured is not None]
    own = [one for one in steps if one.step.proves == "slo_breach_change"]
    if not own:
        words = "Not measurable yet: needs a pilot of this company, or incidents of its service; neither is on file."
        return Part("Incidents", (words,))
    rows = [(one.step.activity, proof.measured(one), numbers.day(one.measured_on)) for one in own]
    return Part("Incidents", (), ("Step of the pilot", "SLO breaches, before → after", "Measured"), rows)


def _usage(row: Upcoming, dimensions: Mapping[str, Dimension]) -> Part:
    if not row.trends:
        return Part("Usage", (f"Usage is {trend_words(row)}.",))
    months = row.trend_months
    columns = ("Dimension", f"{months} months before", f"Last {months} months", "Change", "Of what is included")
    return Part("Usage", (), columns, [usage_row(one, dimensions) for one in row.trends])


def usage_row(one: Trend, dimensions: Mapping[str, Dimension]) -> tuple[str, str, str, str, str]:
    """One dimension's two sums, the change, and how full its allowance is, in words."""
    unit = dimensions[one.dimension].unit if one.dimension in dimensions else "unit"
    share = "no number includes it" if one.share is None else filled(one.share)
    return (
        f"{numbers.name(one.dimension)} ({unit})",
        numbers.quantity(round(one.before, 2)),
        numbers.quantity(round(one.after, 2)),
        moved(one),
        share,
    )


def filled(share: Decimal) -> str:
    """How full an allowance is: a percentage, and from ten times on how many times over."""
    return numbers.times(float(share)) if share >= _TIMES_FROM else numbers.percent(share, 0)


def _levers(row: Upcoming) -> Part:
    step = f"{row.step.step}. {row.step.words}" if row.step else NO_STEPS
    stands = f"{row.stands.step}. {row.stands.words}" if row.stands else "nothing on file shows a step"
    lever = f"{row.lever.words} ({row.lever.standing})" if row.lever else "none applies"
    return Part(
        "What comes next",
        (),
        ("Question", "Answer"),
        (
            ("Where land and expand stands", stands if row.step or row.stands else NO_STEPS),
            ("The step to take", step),
            ("The next lever", lever),
            ("Add-ons held", ", ".join(row.add_ons) or "none on file"),
        ),
    )


_TIMES_FROM = Decimal(10)
