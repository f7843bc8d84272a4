"""What does this month cost on each plan, term and rail, line by line, and where does it end?"""

from lib.ui import cards, controls, data
from lib.ui.views import overage as view

FEEDS = ("plan", "marketplace_pricing_dimension")


def render() -> None:
    room = cards.head("What does this month cost on each plan, term and rail, and where does it end?")
    scenario = controls.picked_scenario()
    stamp, states = data.stamp(scenario), data.states(*FEEDS)
    legend = data.legend()
    rail, source = view.asked(legend)
    own = None
    if source == view.OWN:
        usage = view.typed(data.dimensions(), data.example_month())
    else:
        own = data.own_month(*view.asked_month(data.payers(), data.months_of))
        usage = own.usage
    assumptions = [*view.ASSUMPTIONS, *view.readings(data.settings(scenario))]
    if own and not usage:
        cards.finding(room, view.unused(own), stamp, states)
        view.own_contract(own, data.dimensions(), legend)
        return cards.foot("overage", stamp, assumptions, {"Invoiced": own.invoiced})

    bills, was = data.bills(usage, scenario), data.bills(usage, None) if scenario else ()

    cards.finding(room, view.finding(bills, was, rail, own, legend), stamp, states)
    view.show(bills, was, rail, legend)
    if own:
        view.own_contract(own, data.dimensions(), legend)
    view.growth(data.growth(usage, scenario, rail), data.next_plan(usage, scenario, rail), legend)
    view.lines(bills, was, rail, data.dimensions(), legend)
    return cards.foot("overage", stamp, assumptions, {"Bills": view.listing(bills)})


if __name__ == "__main__":
    from app import main

    main()
