"""The panels of reconciliation behind the shell of the desk, as the page about fees calls them."""


def panels() -> None:
    """What runs inside the tested app."""
    from lib.ui import cards, data, opening, payouts
    from lib.ui.views import reconcile as view

    with cards.problems_in_words(data.MENDABLE):
        opening.open_run()
        room = cards.head("Do the rails pay us what we expect?")
        stamp, legend = cards.recorded(data.stamp()), data.legend()
        found, names = payouts.reconciled(), payouts.names()
        cards.finding(room, view.answer(found), stamp)
        view.show(found, names, legend)
        month = view.metered_month(payouts.metered_months(), found.as_of)
        told = payouts.told(month) if month else ()
        view.rights(told, names, legend)
        tables = view.tables(found, names, told, payouts.billed_revenue_later())
        cards.foot("fee_absorption", stamp, view.ASSUMPTIONS, tables)
