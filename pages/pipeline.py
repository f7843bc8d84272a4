"""Which deal next, on which rail, with which motion."""

from lib.ui import cards, controls, data, numbers
from lib.ui.views import pipeline as view

FEEDS = ("deal",)


def render() -> None:
    room = cards.head("Which deal next, on which rail, with which motion?")
    stamp, states = data.stamp(), data.states(*FEEDS)
    if gone := cards.gone(states, *FEEDS):
        return cards.absent(room, view.absence(gone), stamp, gone)

    everything, legend = data.deals(), data.legend()
    products = sorted({deal.product for deal in everything})
    product = controls.one_of(
        "pipeline_product", "Product", {view.ALL: "All products", **{key: numbers.name(key) for key in products}}
    )
    deals = [deal for deal in everything if product in (view.ALL, deal.product)]

    cards.finding(room, view.finding(deals, legend), stamp, states)
    view.show(deals, data.stages(), legend)
    view.next_deals(deals, data.personas(), legend)
    return cards.foot("pipeline", stamp, view.assumptions(data.beliefs()), {"Open deals": view.listing(deals)})


if __name__ == "__main__":
    from app import main

    main()
