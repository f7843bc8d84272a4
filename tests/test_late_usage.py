"""Late usage of the sample: what is booked is what its invoices lack, line by line."""

from pathlib import Path

from lib.desk import Desk
from lib.outcome import corrections


def test_late_usage_books_what_the_invoices_of_the_sample_lack(desk_folder: Path) -> None:
    """The generator bills what had arrived by the fourth; what it left out is the difference, to the cent."""
    desk = Desk.open(desk_folder)
    lacking = {
        (line.contract_id, line.item, line.start_on): line.rated - (line.invoiced or 0)
        for line in desk.parity()
        if line.cause == "late usage" and line.rated is not None
    }
    booked = {
        (line.contract.contract_id, line.dimension, line.correction.month): line.correction.difference
        for line in corrections(desk.books, desk.population, desk.reach, desk.recorded_on)
        if line.correction.difference
    }
    not_due = {key for key in booked if key[2].isoformat() >= "2026-10-01"}
    assert len(lacking) > 800
    assert {key: amount for key, amount in booked.items() if key not in not_due} == lacking
