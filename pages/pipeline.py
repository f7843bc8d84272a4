"""Which deal next, on which rail, with which motion; which pilot, which renewal?"""

from lib.ui import cards, data
from lib.ui.views import pipeline as view

QUESTION = "Which deal next, on which rail, with which motion; which pilot, which renewal?"


def render() -> None:
    room = cards.head(QUESTION)
    stamp = cards.recorded(data.stamp())
    if shown := view.opened(room, stamp):
        cards.foot("pipeline", stamp, shown.assumptions, shown.tables)


if __name__ == "__main__":
    from app import main

    main()
