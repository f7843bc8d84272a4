"""Which deal next, on which rail, with which motion."""

from lib.ui import cards, controls, data, numbers
from lib.ui.views import pipeline as view

FEEDS = ("deal",)


def render() -> None:
    room = cards.head("Which deal next, on which rail, with which motion?")
    stamp, states = cards.recorded(data.stamp()), data.states(*FEEDS)
    if gone := cards.gone(states, *FEEDS):
        return cards.absent(room, view.absence(gone), stamp, gone)

    everything, stages, legend = data.deals(), data.stages(), data.legend()
    products = sorted({deal.product for deal in everything})
    product = controls.one_of(
        "pipeline_product", "Product", {view.ALL: "All products", **{key: numbers.name(key) for key in products}}
    )
    deals = [deal for deal in everything if product in (view.ALL, deal.product)]

    cards.finding(room, view.finding(deals, stamp.as_of, legend), stamp, states)
    view.show(deals, stages, stamp.as_of, legend)
    view.next_deals(deals, data.personas(), stages, stamp.as_of, legend)
    tables = {"Open deals": view.listing(deals, stamp.as_of)}
    return cards.foot("pipeline", stamp, view.assumptions(data.beliefs()), tables)


if __name__ == "__main__":
    from app import main

    main()
