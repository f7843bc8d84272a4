"""The final run: the same question on more paths, begun by its reader, and told beside the quick look."""

import pandas as pd
import streamlit as st

from lib.ui import cards, forecasting, numbers
from lib.ui.cards import Stamp
from lib.ui.forecasting import FinalRun
from lib.ui.legends import Legend
from lib.ui.views.persona_mix import answer, take, watch
from lib.ui.views.persona_mix.answered import Answer
from lib.ui.views.persona_mix.measures import ALL, Measure
from lib.ui.views.persona_mix.past import Past


def show(
    run: FinalRun,
    quick: Answer,
    measure: Measure,
    recorded: pd.DataFrame,
    mover: str | None,
    legend: Legend,
    past: Past | None,
    base: Stamp,
) -> None:
    """An offer, a bar, or what was found."""
    look = run.look()
    if look.share is not None:
        cards.heading(f"Walking {numbers.counted(run.paths, 'path')}")
        return watch.final(run)
    if look.found is None:
        return _offer(run, quick, look.refused)
    found = Answer(look.found)
    cards.heading(answer.finding(found, measure, mover))
    if look.found.is_part:
        st.warning(
            f"Stopped after {numbers.count(found.paths)} of {numbers.count(run.paths)} paths: a part of the run.",
            icon=":material/timelapse:",
        )
    answer.picture(found, measure, ALL, recorded, legend, mover, past, "persona_mix_final_fan")
    return _taken(run, found, quick, forecasting.stamp(look.found, base))


def _taken(run: FinalRun, found: Answer, quick: Answer, stamp: Stamp) -> None:
    """What the run came from, and its own files: the foot of the page holds the quick look's."""
    both = min(found.paths, quick.paths)
    cards.note(
        f"{numbers.counted(found.paths, 'path')}, seed {found.found.seed}: the same seed gives the same numbers. Its "
        f"first {numbers.count(both)} are those of the quick look. Result {stamp.fingerprint}, which its files "
        "below are named by; those at the foot of the page are of the quick look."
    )
    cards.downloads("persona_mix_final_run", stamp, take.every_fan(found))
    st.button("Run it again", key="persona_mix_final_again", on_click=run.begin, icon=":material/replay:")


def _offer(run: FinalRun, quick: Answer, refused: str | None) -> None:
    cards.heading(f"A final run walks {numbers.counted(run.paths, 'path')}")
    cards.sentence(
        f"What you see is a quick look on {numbers.count(quick.paths)}. More paths know the ends of a range better: "
        "enough for a decision's record. Nothing runs until you ask."
    )
    if refused:
        st.error(cards.plain(refused), icon=":material/report:")
    st.button(
        "Start the final run", key="persona_mix_final", on_click=run.begin, icon=":material/play_arrow:", type="primary"
    )
