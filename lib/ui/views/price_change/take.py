"""What a reader takes along: the memo of one page, beside the workbook at the foot."""

from collections.abc import Callable

import streamlit as st

from lib import exports
from lib.exports import Memo
from lib.reconciliation import Reproduction
from lib.ui import cards, memos
from lib.ui.cards import Stamp
from lib.ui.effects import Effect
from lib.ui.judged import Judged
from lib.ui.memos import Beside
from lib.ui.views.price_change.answer import ASSUMPTIONS


def memo(content: Callable[[], Memo], stamp: Stamp) -> None:
    """The memo as a file that opens in every browser and prints on one page; made when it is clicked."""
    st.download_button(
        "Memo of one page",
        lambda: exports.memo(content()),
        exports.file_name("price_change", "memo", stamp.as_of, stamp.fingerprint, "html"),
        mime="text/html",
        key="price_change_memo",
        icon=":material/article:",
        on_click="ignore",
    )
    cards.note("HTML without anything from elsewhere: to forward, or to print on one page.")


def beside(effect: Effect, judged: Judged, reproduced: Reproduction) -> Beside:
    """What the memo tells beside the effect: who is reached, which limits it keeps, and on what it stands."""
    limits = memos.guards(judged.verdicts)
    return Beside(reach=effect.reach, guards=limits, assumptions=ASSUMPTIONS, parity=reproduced.words)
