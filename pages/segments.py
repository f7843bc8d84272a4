"""Who buys, how recurring revenue moved, who stays, and how sellers split."""

from lib.ui import buyers, cards, data, focus
from lib.ui.views import segments as view

RAILS = ("stripe_subscription", "marketplace_agreement")
FEEDS = ("company", *RAILS)


def render() -> None:
    room = cards.head("Who buys, and how has recurring revenue moved?")
    stamp, states = cards.recorded(data.stamp()), data.states(*FEEDS)
    if gone := [*cards.gone(states, "company"), *cards.gone(states, *RAILS)]:
        return cards.absent(room, view.absence(gone), stamp, gone)
    asked = focus.asked()
    shown = view.opened(view.Page(room, stamp, states, data.legend(), asked, buyers.looked_at(asked)))
    return cards.foot("segments", shown.stamp or stamp, shown.assumptions, shown.tables)


if __name__ == "__main__":
    from app import main

    main()
