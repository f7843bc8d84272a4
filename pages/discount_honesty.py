"""Does each surface keep its promises, and what is the cheapest way to make it true?"""

from lib.ui import cards, controls, data
from lib.ui.views import discount_honesty as view
from lib.ui.views import mending

FEEDS = ("plan", "marketplace_pricing_dimension", "stripe_subscription", "marketplace_agreement")


def render() -> None:
    room = cards.head("Does each surface keep its promises, and what is the cheapest way to make it true?")
    scenario = controls.picked_scenario()
    stamp, states = data.stamp(scenario), data.states(*FEEDS)
    shown = controls.one_of("honesty_show", "Show", view.SHOWN)

    found, legend = data.findings(scenario), data.legend()
    listed = found if shown == view.EVERYTHING else view.to_mend(found)

    cards.finding(room, view.finding(found), stamp, states)
    view.show(found)
    mending.remedies(found, scenario, data.scenario_with, legend)
    view.claims(listed, legend)
    tables = {"Claims": view.listing(found), "Remedies": mending.table(found, legend)}
    cards.foot("discount_honesty", stamp, view.ASSUMPTIONS, tables)


if __name__ == "__main__":
    from app import main

    main()
