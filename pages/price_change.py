"""If we changed this price, who pays more, and what happens to revenue?"""

from functools import partial

from lib.desk import SIMULATED
from lib.ui import cards, changing, controls, data, judged, keeping, memos
from lib.ui.views import price_change as view

RAILS = ("stripe_subscription", "marketplace_agreement")


def render() -> None:
    room = cards.head("If we changed this price, who pays more, and what happens to revenue?")
    scenario, states = controls.picked_scenario(), data.states(*SIMULATED)
    if gone := [*cards.gone(states, "event"), *cards.gone(states, *RAILS)]:
        return cards.absent(room, view.absence(gone), data.stamp(scenario), gone)

    foreseen = view.foreseen(scenario)
    effect = changing.effect_or_none(foreseen)
    if effect and foreseen:
        cards.finding(room, view.finding(effect), partial(keeping.stamp, foreseen), states)
    view.address()
    view.said()
    asked, legend = view.readable(view.asked(scenario), changing.values), data.legend()
    view.lever(asked, changing.rows(asked), changing.values(asked), changing.edited)
    if asked.is_nothing:
        effects, refused = changing.effects_on_file(asked)
        stamp = keeping.stamp(asked)
        cards.finding(room, view.overview_finding(effects), stamp, states)
        view.overview(effects, refused, data.reproduced(), changing.invoiced, legend)
        tables = {"Scenarios": view.listed_effects(effects), **view.keep_closer(asked, legend)}
        return cards.foot("price_change", stamp, view.ASSUMPTIONS, tables)

    if effect is None or asked != foreseen:
        effect = changing.effect(asked)
        cards.finding(room, view.finding(effect), partial(keeping.stamp, asked), states)
    stamp = keeping.stamp(asked)
    view.show(effect)
    view.held(effect, data.reproduced(), changing.invoiced(effect))
    tables = view.look_closer(view.Look(asked, effect, legend))
    customers, listed = changing.customers_later(asked), view.listed_changes(effect, legend)
    told, reproduced = judged.judged_later(asked), data.reproduced()
    view.memo(lambda: memos.memo_of(effect, customers(), stamp, legend, view.beside(effect, told(), reproduced)), stamp)
    own = {"Months": effect.by_month, "MRR": effect.recurring, "Customers": customers, "Changes": listed}
    more = memos.workbook(effect, keeping.file_later(asked), listed)
    return cards.foot("price_change", stamp, view.ASSUMPTIONS, {**own, **tables}, more)


if __name__ == "__main__":
    from app import main

    main()
