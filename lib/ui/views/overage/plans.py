"""Every plan, term and rail side by side."""

from lib.simulator.bill import Bill
from lib.ui import cards
from lib.ui.views.overage import answer, bills
from lib.ui.views.overage.question import Question


def show(asked: Question, _: Bill) -> None:
    """The bills on both rails, the cheapest first; as bars too where the top of the page shows something else."""
    cards.heading("Every plan, term and rail")
    headers = {**bills.HEADERS, **({"was": "Baseline"} if asked.was else {})}
    cards.table(bills.for_eyes(asked.bills, asked.was, asked.contract), "overage_all", headers, asked.legend)
    if not asked.month.is_over:
        cards.note("At the middle of the range.")
        answer.plan_bars(asked)
