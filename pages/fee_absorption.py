"""What does each rail keep, does the payout reconcile, and can the month be closed?"""

from lib.ui import cards, data
from lib.ui.views import fee_absorption as view

QUESTION = "What does each rail keep, what have we absorbed, does the payout reconcile, can I close the month?"
FEEDS = ("stripe_balance_transaction", "marketplace_billing_event")


def render() -> None:
    room = cards.head(QUESTION)
    stamp, states = cards.recorded(data.stamp()), data.states(*FEEDS)
    if gone := cards.gone(states, *FEEDS):
        return cards.absent(room, view.absence(gone), stamp, gone)
    shown = view.opened(view.Page(room, stamp, states, data.legend()))
    return cards.foot("fee_absorption", stamp, shown.assumptions, shown.tables)


if __name__ == "__main__":
    from app import main

    main()
