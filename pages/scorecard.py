"""What changed since I last looked, and are we on target?"""

from lib.ui import cards, data, focus
from lib.ui.views import scorecard as view

FEEDS = ("stripe_subscription", "marketplace_agreement")


def render() -> None:
    room = cards.head("What changed since I last looked, and are we on target?")
    stamp, states = cards.recorded(data.stamp()), data.states(*FEEDS)
    if gone := cards.gone(states, *FEEDS):
        return cards.absent(room, view.absence(gone), stamp, gone)
    asked, legend = focus.asked(), data.legend()
    found = view.gathered(view.compared_with(), asked)

    cards.finding(room, cards.of_rails_there(view.headline(found, asked), states), stamp, states)
    shown = view.draw(found, asked, legend, stamp.as_of)
    return cards.foot("scorecard", stamp, shown.assumptions, shown.tables)


if __name__ == "__main__":
    from app import main

    main()
