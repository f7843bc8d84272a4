"""If we changed this price, who pays more, and what happens to revenue?"""

from lib.desk import SIMULATED
from lib.ui import cards, changing, controls, data, judged, keeping, memos
from lib.ui.alone import alone
from lib.ui.views import price_change as view

QUESTION = "If we changed this price, who pays more, and what happens to revenue?"
BACK = {"discount_honesty": "the claim"}  # pages whose links come here
RAILS = ("stripe_subscription", "marketplace_agreement")


def render() -> None:
    cards.question(QUESTION)
    _answer()


@alone
def _answer() -> None:
    scenario, states = controls.picked_scenario(), data.states(*SIMULATED)
    if gone := [*cards.gone(states, "event"), *cards.gone(states, *RAILS)]:
        return cards.absent(view.rooms(None).answer, view.absence(gone), data.stamp(scenario), gone)

    foreseen = view.foreseen(scenario)
    early = changing.effect_or_none(foreseen)
    rooms = view.rooms(early)
    view.address()
    with rooms.levers:
        view.way_back(scenario, BACK)
        view.said()
        asked, legend = view.readable(view.asked(scenario), changing.values), data.legend()
        view.lever(asked, changing.rows(asked), changing.values(asked), changing.edited)
    if early and asked != foreseen:
        controls.start_again()
    stamp = keeping.stamp(asked)
    view.sources(rooms, stamp, states)
    if asked.is_nothing:
        effects, refused = changing.effects_on_file(asked)
        view.tell_overview(rooms, effects)
        view.overview(effects, refused, data.reproduced(), changing.invoiced, legend)
        tables = {"Scenarios": view.listed_effects(effects), **view.keep_closer(asked, legend)}
        return cards.foot("price_change", stamp, view.ASSUMPTIONS, tables)

    effect = early or changing.effect(asked)
    view.tell(rooms, effect)
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
