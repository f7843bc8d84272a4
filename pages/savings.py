"""What would this prospect save, and does it pay?"""

from lib.ui import cards
from lib.ui.views import savings as view

QUESTION = "What would this prospect save, and does it pay? What was delivered of what was projected?"


def render() -> None:
    room = cards.head(QUESTION)
    shown = view.opened(room)
    cards.foot("savings", shown.stamp, shown.assumptions, shown.tables)


if __name__ == "__main__":
    from app import main

    main()
