"""Look closer: one panel at a time, so that a moved price stays quick; which one is in the address."""

from collections.abc import Mapping

import pandas as pd

from lib.ui import changing, controls
from lib.ui.changing import Asked
from lib.ui.effects import Effect
from lib.ui.legends import Legend
from lib.ui.views.price_change import answer, question

CHANGES, WHEN, EDIT = "changes", "when", "edit"
PANELS = {CHANGES: "What changes", WHEN: "When, for how many", EDIT: "Edit prices"}


def look_closer(asked: Asked, effect: Effect, legend: Legend) -> Mapping[str, pd.DataFrame]:
    """Draw the panel that is picked → its tables, to be taken along."""
    match controls.one_of("price_change_panel", "Look closer", PANELS):
        case "when":
            answer.when(effect)
        case "edit":
            question.edited(asked, changing.rows(asked), changing.values(asked), changing.edited)
        case _:
            answer.changes(effect, legend)
    return {"Changes": answer.listed_changes(effect, legend)}
