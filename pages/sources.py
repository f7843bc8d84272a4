"""Where did every number come from, what was rejected, do we reproduce what was invoiced?"""

from lib.ui import cards, data
from lib.ui.views import meter, snapshots
from lib.ui.views.sources import ASSUMPTIONS, drift, feeds, left_out, overview, parity


def render() -> None:
    room = cards.head("Where did every number come from, and do we reproduce what was invoiced?")
    stamp, states = cards.recorded(data.stamp()), data.states()

    found, names, legend = data.parity(), data.names(), data.legend()
    sources, files, rejects, conflicts = data.sources(), data.files(), data.rejects(), data.conflicts()
    changed, matches, kept = data.drift(), data.column_matches(), data.snapshots()

    stale = [state for state in states if state.is_stale]
    cards.finding(room, overview.finding(states, found.reproduced), stamp, stale)
    overview.show(sources, found.lines, found.reproduced)
    feeds.show(sources, files, rejects, legend)
    left_out.rejects(rejects, stamp, legend)
    left_out.conflicts(conflicts, legend)
    left_out.uncovered(data.uncovered())
    drift.show(changed, matches, legend)
    snapshots.show(kept, legend)
    parity.show(found.lines, found.reproduced)
    parity.differences(found.lines, names, legend)
    month = meter.asked_month(data.metered_months())
    metered = data.metering(month) if month else ()
    meter.show(metered, month, data.meter_limits(), names, legend)
    tables = {
        "Snapshots": snapshots.listed(kept),
        "Feeds": feeds.listed(states),
        "Files": files,
        "Rejects": rejects,
        "Conflicts": conflicts,
        "Schema drift": changed,
        "Columns": matches,
        "Parity": parity.listed_classes(found.counts),
        "Causes": parity.by_cause(found.lines),
        "Differences": parity.listed_lines(found.lines, names),
        "Metering": meter.listed(metered, names),
    }
    cards.foot("sources", stamp, (*ASSUMPTIONS, *meter.ASSUMPTIONS, *snapshots.ASSUMPTIONS), tables)


if __name__ == "__main__":
    from app import main

    main()
