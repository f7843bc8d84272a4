"""The panels that keep what is asked, behind the shell of the desk, as the page about price changes calls them."""


def panels() -> None:
    """What runs inside the tested app."""
    from lib.ui import cards, changing, controls, data, keeping, memos, opening
    from lib.ui.views import price_change as view
    from lib.ui.views.price_change import decide, keep, take

    with cards.problems_in_words(data.MENDABLE):
        opening.open_run()
        controls.unknown_scenario(data.scenario_names())
        controls.scenario(data.scenario_names())
        asked, legend = view.asked(controls.picked_scenario()), data.legend()
        tables = {}
        if not asked.is_nothing:
            effect, stamp = changing.effect(asked), keeping.stamp(asked)
            cards.sentence(memos.answer(effect))
            beside = memos.Beside(reach=keeping.kept(asked).base.reach, assumptions=view.ASSUMPTIONS)
            customers = changing.customers_later(asked)
            take.memo(lambda: memos.memo_of(effect, customers(), stamp, legend, beside), stamp)
            more = memos.workbook(effect, keeping.file_later(asked), view.listed_changes(effect, legend))
            tables = {"Customers": customers, "Months": effect.by_month, "MRR": effect.recurring}
        else:
            stamp, more = keeping.stamp(asked), None
        tables |= keep.show(keeping.kept(asked), asked, legend)
        tables |= decide.show(keeping.decided(asked), asked, legend)
        cards.foot("price_change", stamp, (), tables, more)
