"""Usage events of any form → raw.event, every line accounted for; no fault takes its neighbours.

`unpacked` gives whole lines, `delimited`, `objects` and `columnar` make blocks of texts of them, `events` names what
is what by the mapping of the file, and SQL judges every event alike.
"""

from lib.warehouse.metering.intake import EventIntake

__all__ = ["EventIntake"]
