"""Does each surface keep its promises, and what is the cheapest way to make it true?"""

from lib.ui import accepting, cards, controls, data, mending
from lib.ui.views import discount_honesty as view
from lib.ui.views import mending as remedy
from lib.ui.views import told_apart

FEEDS = ("plan", "marketplace_pricing_dimension", "stripe_subscription", "marketplace_agreement")


def render() -> None:
    room = cards.head("Does each surface keep its promises, and what is the cheapest way to make it true?")
    scenario = controls.picked_scenario()
    stamp, states = accepting.stamp(scenario), data.states(*FEEDS)
    found, legend, off_list = data.findings(scenario), data.legend(), mending.off_list()

    cards.finding(room, view.finding(found), stamp, states)
    view.show(found)
    remedy.remedies(found, scenario, data.scenario_with, legend)
    view.claims(view.picked(found), legend)
    told_apart.papers(found, legend)
    told_apart.customers(found, off_list, legend)
    tables = {
        "Claims": view.listing(found),
        "Remedies": remedy.table(found, legend),
        "Papers": told_apart.subjects(found),
        "Off list": told_apart.listed(off_list),
    }
    cards.foot("discount_honesty", stamp, view.ASSUMPTIONS, tables)


if __name__ == "__main__":
    from app import main

    main()
