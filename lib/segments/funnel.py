"""The steps of the sales funnel; what the open deals in it weigh is worked out in `lib.pipeline`."""

from dataclasses import dataclass

OUTCOMES = ("open", "won", "lost")


@dataclass(frozen=True)
class Stage:
    """One step of the sales funnel: 'open', or an outcome ('won', 'lost')."""

    name: str
    outcome: str
