"""What a desk foretells, as plain numbers that two desks can be compared by."""

from lib.desk import Desk
from lib.desk.forecasting import Asked, foretell


def fans(desk: Desk, months: int = 6, paths: int = 100) -> dict[str, list[list[float]]]:
    """Every measure's middle and both ends of nine in ten, month by month."""
    told = foretell(desk, Asked(months, paths), lambda _: True).baseline.fans
    return {
        measure: [fan.median.tolist(), fan.band(0.9).lower.tolist(), fan.band(0.9).upper.tolist()]
        for measure, fan in told.items()
    }
