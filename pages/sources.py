"""Where did every number come from, what was rejected, do we reproduce what was invoiced?"""

from lib.ui import cards, data
from lib.ui.views import meter, snapshots
from lib.ui.views import sources as view


def render() -> None:
    room = cards.head("Where did every number come from, and do we reproduce what was invoiced?")
    stamp, states = cards.recorded(data.stamp()), data.states()

    parity, names, legend = data.parity(), data.names(), data.legend()
    rejects, conflicts, months = data.rejects(), data.conflicts(), data.metered_months()
    kept = data.snapshots()

    cards.finding(room, view.finding(states, parity.reproduced), stamp, [state for state in states if state.is_stale])
    view.show(states, parity.lines)
    view.differences(parity.lines, names, legend)
    month = meter.asked_month(months)
    metered = data.metering(month) if month else ()
    meter.show(metered, month, data.meter_limits(), names, legend)
    view.feeds(states, legend)
    snapshots.show(kept, legend)
    view.left_out(rejects, conflicts, data.uncovered(), legend)
    tables = {
        "Snapshots": snapshots.listed(kept),
        "Feeds": view.listed_feeds(states),
        "Parity": view.listed_classes(parity.counts),
        "Causes": view.by_cause(parity.lines),
        "Differences": view.listed_lines(parity.lines, names),
        "Metering": meter.listed(metered, names),
        "Rejects": rejects,
        "Conflicts": conflicts,
    }
    cards.foot("sources", stamp, (*view.ASSUMPTIONS, *meter.ASSUMPTIONS, *snapshots.ASSUMPTIONS), tables)


if __name__ == "__main__":
    from app import main

    main()
