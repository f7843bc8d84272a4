"""The final run: the same question on more paths, begun by its reader, and told beside the quick look."""

import pandas as pd
import streamlit as st

from lib.ui import cards, numbers
from lib.ui.forecasting import FinalRun
from lib.ui.legends import Legend
from lib.ui.views.persona_mix import answer, watch
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
) -> dict[str, pd.DataFrame]:
    """An offer, a bar, or what was found → its table."""
    look = run.look()
    if look.share is not None:
        cards.heading(f"Walking {numbers.counted(run.paths, 'path')}")
        watch.final(run)
        return {}
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
    cards.note(
        f"{numbers.counted(found.paths, 'path')}, seed {look.found.seed}: the same seed gives the same numbers. Its "
        f"first {numbers.count(quick.paths)} are those of the quick look. Result {look.found.manifest.fingerprint}."
    )
    st.button("Run it again", key="persona_mix_final_again", on_click=run.begin, icon=":material/replay:")
    return {"Final run": found.ahead(measure.key)}


def _offer(run: FinalRun, quick: Answer, refused: str | None) -> dict[str, pd.DataFrame]:
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
    return {}
