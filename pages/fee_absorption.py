"""What each rail keeps, month by month, and what we absorb."""

from lib.periods import add_months, month_of
from lib.ui import cards, controls, data
from lib.ui.views import fee_absorption as view

FEEDS = ("stripe_balance_transaction", "marketplace_billing_event")
SPANS = {"12 months": 12, "24 months": 24, "3 months": 3}


def render() -> None:
    room = cards.head("What does each rail keep, and what have we absorbed?")
    stamp, states = cards.recorded(data.stamp()), data.states(*FEEDS)
    if gone := cards.gone(states, *FEEDS):
        return cards.absent(room, view.absence(gone), stamp, gone)
    span = controls.one_of("fees_span", "Over the last", {span: span for span in SPANS})

    first = add_months(month_of(stamp.snapshot_on), 1 - SPANS[span])
    fees, terms, legend = data.settlements(), data.fee_terms(), data.legend()
    settled, headline = view.within(fees, first), data.headline_fees()

    cards.finding(room, view.finding(settled, terms, legend, f"the last {span}"), stamp, states)
    view.show(settled, terms, legend)
    view.at_headline(headline, legend)
    view.months(settled, legend)
    view.undated(fees)
    tables = {"Fees by month": view.listing(settled), "Headline prices": headline.frame}
    return cards.foot("fee_absorption", stamp, view.assumptions(terms, legend), tables)


if __name__ == "__main__":
    from app import main

    main()
