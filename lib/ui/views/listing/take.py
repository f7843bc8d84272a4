"""What a reader takes along: every table, and the listing in each of its forms."""

from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from lib import exports
from lib.desk import Announcement
from lib.surfaces import Register
from lib.ui import cards
from lib.ui.cards import Stamp
from lib.ui.listing import Publishing
from lib.ui.views.listing.announced import due, notices, touched
from lib.ui.views.listing.rows import contracts, dimensions, steps

_NAMES = {"csv": "Rows (CSV)", "md": "Specification (Markdown)", "json": "Everything (JSON)", "ics": "Days (calendar)"}
_ICONS = {"csv": "csv", "md": "description", "json": "data_object", "ics": "calendar_month"}


def tables(shown: Publishing, told: Announcement, names: Mapping[str, str]) -> cards.Tables:
    """Every table of the page, for its workbook and its files."""
    return {
        "Decisions": decisions(shown.register),
        "Contract rows": contracts(shown.made),
        "Dimensions": dimensions(shown.made),
        "Left to type": steps(shown.left),
        "Steps": due(told),
        "Notices": notices(told),
        "Contracts touched": touched(told, names),
    }


def files(stamp: Stamp, made: Mapping[str, Callable[[], bytes]], mime: Mapping[str, str]) -> None:
    """The listing in each of its forms, made when it is clicked."""
    with st.container(horizontal=True, gap="small"):
        for form, content in made.items():
            st.download_button(
                _NAMES[form],
                content,
                exports.file_name("listing", "seller-central", stamp.as_of, stamp.fingerprint, form),
                mime=mime[form],
                key=f"listing_{form}",
                icon=f":material/{_ICONS[form]}:",
                on_click="ignore",
            )


def decisions(made: Register) -> pd.DataFrame:
    """The register, a row for each decision."""
    return pd.DataFrame(
        [
            {
                "decision": it.decision.key,
                "question": it.decision.question,
                "status": it.decision.status,
                "options": "; ".join(option.says for option in it.decision.options),
                "recommendation": it.decision.recommendation,
                "decided_on": it.decision.decided_on,
                "findings": ", ".join(found.claim for found in it.standing),
                "complaint": it.complaint,
                "source": it.decision.source,
            }
            for it in made.entries
        ]
    )
