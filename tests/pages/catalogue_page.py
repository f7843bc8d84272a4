"""What we sell behind the shell of the desk, as the page of segments calls it."""


def catalogue() -> None:
    """What runs inside the tested app."""
    from functools import partial

    from lib.ui import cards, data, opening
    from lib.ui.views import catalogue as view

    with cards.problems_in_words(data.MENDABLE):
        opening.open_run()
        room = cards.head("What do we sell beside the first product?")
        stamp = cards.recorded(data.stamp())
        shown = view.show("control_plane", stamp, partial(cards.finding, room), data.legend())
        cards.foot("segments", shown.stamp, shown.assumptions, shown.tables)
