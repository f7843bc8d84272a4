"""The month close behind the shell of the desk, as the page about fees calls it."""


def panel() -> None:
    """What runs inside the tested app."""
    from lib.ui import cards, data, opening
    from lib.ui.views import month_close as view

    with cards.problems_in_words(data.MENDABLE):
        opening.open_run()
        tables = view.show(data.legend())
        cards.foot("fee_absorption", cards.recorded(data.stamp()), view.ASSUMPTIONS, tables)
