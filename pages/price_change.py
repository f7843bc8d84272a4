"""If we changed this price, who pays more, and what happens to revenue?"""

from lib.desk import SIMULATED
from lib.ui import cards, controls, data
from lib.ui.views import price_change as view

RAILS = ("stripe_subscription", "marketplace_agreement")


def render() -> None:
    room = cards.head("If we changed this price, who pays more, and what happens to revenue?")
    scenario = controls.picked_scenario()
    stamp, states, legend = data.stamp(scenario), data.states(*SIMULATED), data.legend()
    if gone := [*cards.gone(states, "event"), *cards.gone(states, *RAILS)]:
        return cards.absent(room, view.absence(gone), stamp, gone)

    if scenario is None:
        effects, refused = data.effects_on_file()
        cards.finding(room, view.overview_finding(effects), stamp, states)
        view.overview(effects, refused, data.reproduced(), legend)
        tables = {"Scenarios": view.listed_effects(effects)}
        return cards.foot("price_change", stamp, view.ASSUMPTIONS, tables)

    effect = data.effect(scenario)
    cards.finding(room, view.finding(effect), stamp, states)
    view.show(effect, data.reproduced(), legend)
    view.changes(effect, legend)
    view.bills(effect, legend)
    tables = {
        "Customers": effect.customers,
        "Changes": view.listed_changes(effect, legend),
        "Months": effect.by_month,
        "Tiers": effect.by_tier,
    }
    return cards.foot("price_change", stamp, view.ASSUMPTIONS, tables)


if __name__ == "__main__":
    from app import main

    main()
