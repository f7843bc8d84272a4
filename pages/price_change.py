"""If we changed this price, who pays more, and what happens to revenue?"""

from functools import partial

from lib.desk import SIMULATED
from lib.ui import cards, changing, controls, data
from lib.ui.views import price_change as view

RAILS = ("stripe_subscription", "marketplace_agreement")


def render() -> None:
    room = cards.head("If we changed this price, who pays more, and what happens to revenue?")
    scenario = controls.picked_scenario()
    stamp, states, legend = data.stamp(scenario), data.states(*SIMULATED), data.legend()
    if gone := [*cards.gone(states, "event"), *cards.gone(states, *RAILS)]:
        return cards.absent(room, view.absence(gone), stamp, gone)

    view.said()
    asked = view.asked(scenario)
    view.lever(asked, changing.rows(asked), changing.values(asked), changing.edited)
    if asked.is_nothing:
        effects, refused = changing.effects_on_file(asked)
        cards.finding(room, view.overview_finding(effects), stamp, states)
        view.overview(effects, refused, data.reproduced(), legend)
        return cards.foot("price_change", stamp, view.ASSUMPTIONS, {"Scenarios": view.listed_effects(effects)})

    effect = changing.effect(asked)
    cards.finding(room, view.finding(effect), stamp, states)
    view.show(effect)
    view.held(effect, data.reproduced())
    tables = view.look_closer(view.Look(asked, effect, legend))
    own = {"Months": effect.by_month, "MRR": effect.recurring, "Customers": partial(changing.customers, asked)}
    return cards.foot("price_change", stamp, view.ASSUMPTIONS, {**own, **tables})


if __name__ == "__main__":
    from app import main

    main()
