"""Is this private offer allowed, what does it keep, and who must agree?"""

from lib.ui import cards, controls, data
from lib.ui.views import deal_desk as view

QUESTION = "Is this private offer allowed, what does it keep, and who must agree?"
RAILS = ("stripe_subscription", "marketplace_agreement")
NEEDED = ("event", "company")
FEEDS = (*NEEDED, *RAILS, "private_offer", "unit_cost")


def render() -> None:
    room = cards.head(QUESTION)
    stamp, states = data.stamp(controls.picked_scenario()), data.states(*FEEDS)
    if gone := [*(one for feed in NEEDED for one in cards.gone(states, feed)), *cards.gone(states, *RAILS)]:
        return cards.absent(room, view.absence(gone), stamp, gone)
    shown = view.opened(view.Page(room, stamp, states, data.legend()))
    return cards.foot("deal_desk", shown.stamp, shown.assumptions, shown.tables)


if __name__ == "__main__":
    from app import main

    main()
