"""Where does revenue go as the persona mix moves, and how sure is that?"""

from lib.ui import cards, controls, data, forecasting
from lib.ui.alone import alone
from lib.ui.views import persona_mix as view

QUESTION = "Where does revenue go as the persona mix moves?"
RAILS = ("stripe_subscription", "marketplace_agreement")
FEEDS = ("company", "event", *RAILS)


def render() -> None:
    cards.question(QUESTION)
    _answer()


@alone
def _answer() -> None:
    scenario, states, rooms = controls.picked_scenario(), data.states(*FEEDS), view.rooms()
    if gone := [*cards.gone(states, "company"), *cards.gone(states, "event"), *cards.gone(states, *RAILS)]:
        return cards.absent(rooms.head, view.absence(gone), data.stamp(scenario), gone)
    legend, recorded = data.legend(), data.history()
    with rooms.shown:
        measure, split = view.measure()
    with rooms.levers:
        how = forecasting.how()
        asked = view.asked(scenario, how, view.levers(forecasting.assumptions(), how, legend))

    testing = view.tested(rooms.fan)
    found, past = forecasting.foretold(asked), testing.found and view.Past(testing.found)
    told, mover = view.Answer(found), view.mover(asked, data.scenario_names())
    stamp = forecasting.stamp(found, data.stamp(scenario))

    words = cards.of_rails_there(view.finding(told, measure, mover), states)
    cards.finding(rooms.head, words, stamp, states)
    with rooms.cards:
        cards.row(view.row(told, recorded, past), to_a_row=3)
    with rooms.fan:
        view.picture(told, measure, split, recorded, legend, mover, past)
        view.width(measure, split, past)
        more = view.rail_alone(told, measure), view.look_further(told, how.months.most)
        if said := [*found.cautions, *filter(None, more)]:
            cards.note(*said)
    look = view.Look(asked, told, measure, mover, testing, legend, stamp)
    tables = {**view.tables(told, recorded), **view.look_closer(look)}
    return cards.foot("persona_mix", stamp, view.ASSUMPTIONS, tables)


if __name__ == "__main__":
    from app import main

    main()
