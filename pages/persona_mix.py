"""Where does revenue go as the persona mix moves?"""

from lib.ui import cards, controls, data, frames
from lib.ui.views import persona_mix as view

RAILS = ("stripe_subscription", "marketplace_agreement")
FEEDS = ("company", *RAILS)
LEAST, START, MOST = 3, 12, 24


def render() -> None:
    room = cards.head("Where does revenue go as the persona mix moves?")
    stamp, states = data.stamp(), data.states(*FEEDS)
    if gone := [*cards.gone(states, "company"), *cards.gone(states, *RAILS)]:
        return cards.absent(room, view.absence(gone), stamp, gone)
    ahead = controls.months("persona_mix_months_ahead", "Months ahead", LEAST, MOST, START)

    history, expected, legend = data.history(), view.table(data.forecast(ahead)), data.legend()

    told = cards.of_rails_there(view.finding(history, expected, legend), states)
    cards.finding(room, told, stamp, states)
    view.show(history, expected, legend)
    view.ladder(expected, data.personas(), legend)
    view.beliefs(data.beliefs())
    tables = {
        "Recorded": frames.cents(history, "mrr_usd"),
        "Expected": expected,
        "Beliefs": view.listed_beliefs(data.beliefs()),
    }
    return cards.foot("persona_mix", stamp, view.assumptions(data.case()), tables)


if __name__ == "__main__":
    from app import main

    main()
