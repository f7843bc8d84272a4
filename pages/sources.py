"""Where did every number come from, what was rejected, do we reproduce what was invoiced?"""

from lib.ui import cards, data
from lib.ui.views import sources as view


def render() -> None:
    room = cards.head("Where did every number come from, and do we reproduce what was invoiced?")
    stamp, states = cards.recorded(data.stamp()), data.states()

    (counts, lines), names, legend = data.parity(), data.names(), data.legend()
    rejects, conflicts = data.rejects(), data.conflicts()

    cards.finding(room, view.finding(states, counts, lines), stamp, [state for state in states if state.is_stale])
    view.show(states, counts, lines, legend)
    view.feeds(states, legend)
    view.differences(lines, names, legend)
    view.left_out(rejects, conflicts, data.uncovered(), legend)
    tables = {
        "Feeds": view.listed_feeds(states),
        "Parity": view.listed_classes(counts),
        "Differences": view.listed_lines(lines, names),
        "Rejects": rejects,
        "Conflicts": conflicts,
    }
    cards.foot("sources", stamp, view.ASSUMPTIONS, tables)


if __name__ == "__main__":
    from app import main

    main()
