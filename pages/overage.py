"""What does this month cost on each plan, term and rail, line by line, and where does it end?"""

from functools import partial

from lib.ui import cards, controls, data
from lib.ui.views import overage as view

FEEDS = ("plan", "marketplace_pricing_dimension")
READS = (data.crossings, data.other_bills, data.curve)


def render() -> None:
    room = cards.head("What does this month cost on each plan, term and rail, and where does it end?")
    scenario = controls.picked_scenario()
    stamp, states, legend = data.stamp(scenario), data.states(*FEEDS), data.legend()
    source = view.asked()
    own = None
    if source == view.OWN:
        month = data.typed_month(*view.typed(data.dimensions(), data.example_month(), data.last_day()))
    else:
        own = data.own_month(*view.asked_month(data.payers(), data.months_of, data.last_day))
        month = own.month
    if own and not month.usage:
        cards.finding(room, view.unused(own), stamp, states)
        view.invoices(own, data.rated(own.customer_id, month.month), legend)
        return cards.foot("overage", stamp, view.ASSUMPTIONS, {"Invoiced": own.invoiced})

    question = view.Question(
        rail=view.asked_rail(legend, own.contracts[-1].rail if own and own.contracts else None),
        month=month,
        own=own,
        bills=data.bills(month.usage, scenario),
        low=data.bills(month.low, scenario),
        high=data.bills(month.high, scenario),
        became=data.bills(month.became, scenario) if month.became else (),
        was=data.bills(month.usage, None) if scenario else (),
        dimensions=data.dimensions(),
        legend=legend,
        reads=view.Reads(*(partial(read, scenario) for read in READS), data.own_readings, data.own_curve, data.rated),
    )
    cards.finding(room, view.finding(question), stamp, states)
    view.show(question)
    view.look_closer(question)
    tables = {
        "Bills": view.listing(question.bills),
        "Lines": view.all_parts(question.bills, question.dimensions),
        "Month end": view.projection(question),
    }
    return cards.foot("overage", stamp, view.ASSUMPTIONS, tables)


if __name__ == "__main__":
    from app import main

    main()
