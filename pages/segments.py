"""Who buys: customers by persona, tier and rail, and how recurring revenue moved."""

from lib.ui import cards, controls, data, frames
from lib.ui.views import segments as view

RAILS = ("stripe_subscription", "marketplace_agreement")
FEEDS = ("company", *RAILS)


def render() -> None:
    room = cards.head("Who buys, and how has recurring revenue moved?")
    stamp, states = cards.recorded(data.stamp()), data.states(*FEEDS)
    if gone := [*cards.gone(states, "company"), *cards.gone(states, *RAILS)]:
        return cards.absent(room, view.absence(gone), stamp, gone)
    axis = controls.one_of("segments_axis", "Split by", view.AXES)

    customers, history, legend = data.customers(), data.history(), data.legend()

    cards.finding(room, view.finding(customers, axis, legend), stamp, states)
    view.show(customers, history, axis, legend)
    view.people(customers, data.personas(), legend)
    tables = {"Customers": view.listing(customers), "Months": frames.cents(history, "mrr_usd")}
    return cards.foot("segments", stamp, view.ASSUMPTIONS, tables)


if __name__ == "__main__":
    from app import main

    main()
