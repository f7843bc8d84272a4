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
    if source == view.OWN:
        usage = view.typed(data.dimensions(), data.example_month())
    else:
        usage = view.recorded(data.customers(), data.usage_of)

    bills = data.bills(usage, scenario)

    cards.finding(room, view.finding(bills, rail, legend), stamp, states)
    view.show(bills, rail, legend)
    view.growth(data.growth(usage, scenario, rail), legend)
    view.lines(bills, rail, data.dimensions(), legend)
    cards.foot("overage", stamp, view.ASSUMPTIONS, {"Bills": view.listing(bills)})


if __name__ == "__main__":
    from app import main

    main()
