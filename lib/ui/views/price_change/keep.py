"""Save what is asked as a scenario that everybody can pick, and run what was saved again on the present data."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from lib.catalog.rollout import COHORTS
from lib.decisions import Result, Saved
from lib.refusal import Refusal
from lib.ui import cards, frames, keeping, numbers
from lib.ui.changing import Asked
from lib.ui.keeping import Again, Base, Kept, KeptScenario, Typed
from lib.ui.legends import Legend
from lib.ui.views.price_change.question import EDITS

SHEET = "Saved scenarios"
_NAME, _AUTHOR, _WHY, _COHORT, _EFFECTIVE = (
    f"keep_{what}" for what in ("name", "author", "why", "cohort", "effective")
)
_TOLD, _REFUSED, _DONE, _RAN, _ONE = (f"keep_{what}" for what in ("told", "refused", "done", "ran", "one"))
_WHO, _BECAUSE, _ASIDE_DONE, _ASIDE_REFUSED = "keep_who", "keep_because", "keep_aside_done", "keep_aside_refused"
_COHORTS = {"all": "Everybody", "renewal": "New, and at renewal", "new": "New customers"}
_HEADERS = {
    "name": "Scenario",
    "state": "State",
    "could_usd": "Could move, then",
    "could_now_usd": "now",
    "moved_usd": "Moved, then",
    "moved_now_usd": "now ",
    "pay_more": "Pay more, then",
    "pay_more_now": "now  ",
    "pay_less": "Pay less, then",
    "pay_less_now": "now   ",
    "version": "Version",
    "author": "Author",
    "saved_on": "Saved",
    "reason": "Because",
}
_NOW = ("could_now_usd", "moved_now_usd", "pay_more_now", "pay_less_now")
_HISTORY = {
    "version": "Version",
    "saved_on": "Saved",
    "author": "Author",
    "could_usd": "Could move",
    "moved_usd": "Moved",
    "result": "Result",
    "put_aside": "Put aside",
}
CURRENT, STALE, NOT_RUN = "as it was", "stale", "cannot be run"


def show(kept: Kept, asked: Asked, legend: Legend) -> Mapping[str, pd.DataFrame]:
    """The form, the saved scenarios with what their results stood on, and each one's versions."""
    for done in (_DONE, _ASIDE_DONE):  # this is the whole page already
        st.session_state.pop(done, None)
    cards.heading(finding(kept))
    if kept.trouble:
        cards.sentence(f":material/report: {cards.plain(kept.trouble)}")
        return {}
    _say()
    if kept.base:
        _form(asked, kept.base)
    else:
        cards.note("Pick a scenario or move a price, and the change can be saved here under a name of its own.")
    frame = listed(kept.scenarios, _runs(kept))
    if not frame.empty:
        _table(kept, frame, legend)
        _closer(kept, legend)
    cards.note(f"Kept in {cards.plain(kept.place)}. Nothing in it is ever changed: saving again makes a new version.")
    return {SHEET: frame}


def finding(kept: Kept) -> str:
    """How many scenarios are saved, and how many of their results would come out otherwise today."""
    if kept.trouble:
        return "Nothing can be saved"
    stale = sum(bool(one.stale) for one in kept.scenarios)
    found = numbers.counted(len(kept.scenarios), "scenario is", "scenarios are")
    return f"{found} saved" + (
        f"; {numbers.count(stale)} of them stand on other data, prices or facts" if stale else ""
    )


def listed(scenarios: Sequence[KeptScenario], runs: Mapping[str, Again]) -> pd.DataFrame:
    """Every saved scenario with its headline then, and now where it was run again; what changed since in words."""
    now = [runs.get(one.key) for one in scenarios]
    return pd.DataFrame(
        {
            "scenario": [one.key for one in scenarios],
            "name": [one.name for one in scenarios],
            **_said([one.saved for one in scenarios]),
            **_headline([one.saved.result for one in scenarios]),
            **{
                f"{_stem(name)}_now{_ending(name)}": values
                for name, values in _headline(list(map(_result, now))).items()
            },
            "state": [_state(one, run) for one, run in zip(scenarios, now, strict=True)],
            "reason": ["; ".join(run.stale if run else one.stale) for one, run in zip(scenarios, now, strict=True)],
        }
    )


def _stem(name: str) -> str:
    return name.removesuffix("_usd")


def _ending(name: str) -> str:
    return name.removeprefix(_stem(name))


def _said(versions: Sequence[Saved]) -> dict[str, "pd.Series[Any]"]:
    return {
        "version": frames.column(one.version for one in versions),
        "author": frames.column(one.author for one in versions),
        "saved_on": frames.column(one.saved_at.date() for one in versions),
    }


def _headline(results: Sequence[Result | None]) -> dict[str, "pd.Series[Any]"]:
    names = ("could_usd", "moved_usd", "pay_more", "pay_less")
    return {name: frames.column(one and getattr(one, name) for one in results) for name in names}


def _result(run: Again | None) -> Result | None:
    return run.result if run else None


def _state(one: KeptScenario, run: Again | None) -> str:
    if run and run.result is None:
        return NOT_RUN
    return STALE if (run.stale if run else one.stale) else CURRENT


# The form


@st.fragment
def _form(asked: Asked, base: Base) -> None:
    """Who, what and why; everything else is as the page shows it. What is refused stays typed."""
    if st.session_state.pop(_DONE, False):
        st.rerun()  # the whole page: the sidebar has one scenario more
    _fields(asked, base)
    found = keeping.draft(asked, _typed(asked))
    for mistake in st.session_state.pop(_REFUSED, ()):
        st.error(cards.plain(mistake), icon=":material/report:")
    with st.container(horizontal=True, gap="small"):
        st.button("Save as a scenario", key="keep_save", on_click=_save, args=(asked,), icon=":material/save:")
        st.download_button(
            "Scenario file",
            found.text,
            f"{found.key or 'scenario'}.toml",
            mime="application/toml",
            key="keep_file",
            disabled=bool(found.mistakes),
            help="; ".join(found.mistakes) or "For data/scenarios, to be committed with the books.",
            icon=":material/download:",
            on_click="ignore",
            type="tertiary",
        )
    with st.expander("The file that is saved"):
        st.code(found.text or "\n".join(f"# {mistake}" for mistake in found.mistakes), language="toml")


def _fields(asked: Asked, base: Base) -> None:
    own, again = base.scenario, base.is_saved
    left, middle, right = st.columns([3, 2, 2])
    left.text_input("Name", own.name if again and not asked.edits else "", key=_of(_NAME, asked), max_chars=100)
    middle.text_input("Author", key=_AUTHOR, max_chars=100)
    right.date_input("Takes effect on", own.effective, key=_of(_EFFECTIVE, asked), format="YYYY-MM-DD")
    st.text_input("Why", own.why if again else "", key=_of(_WHY, asked), max_chars=400)
    st.segmented_control(
        "Who is reached",
        list(COHORTS),
        default=own.rollout.cohort,
        format_func=lambda key: _COHORTS[key],
        key=_of(_COHORT, asked),
        required=True,
    )
    cards.note(f"As the scenario stands: {cards.plain(base.reach)}.")


def _typed(asked: Asked) -> Typed:
    """What stands in the fields at this moment, also for a click that comes together with the last letter."""
    held = st.session_state
    effective = held[_of(_EFFECTIVE, asked)]
    return Typed(
        held[_of(_NAME, asked)],
        held[_AUTHOR],
        held[_of(_WHY, asked)],
        str(held[_of(_COHORT, asked)]),
        effective if isinstance(effective, date) else None,
    )


def _of(key: str, asked: Asked) -> str:
    """Fields start from the scenario that is picked, so each has its own."""
    return f"{key}_{asked.scenario}"


def _save(asked: Asked) -> None:
    """Keep it, and turn the page to it; what is wrong is said instead, each in a sentence."""
    typed = _typed(asked)
    if mistakes := keeping.draft(asked, typed).mistakes:
        st.session_state[_REFUSED] = mistakes
        return
    try:
        one, others = keeping.save(asked, typed)
    except Refusal as refusal:
        st.session_state[_REFUSED] = (str(refusal),)
        return
    told = [f"Saved as version {one.version} of {one.key}."]
    told += [f"{other.author} saved version {other.version} while you had an earlier one open." for other in others]
    st.session_state[_TOLD], st.session_state[_DONE] = " ".join(told), True
    _turn_to(keeping.key_of(one))


def _turn_to(key: str) -> None:
    """What was edited stands in the saved version now."""
    st.session_state["scenario"] = key
    if EDITS in st.query_params:
        del st.query_params[EDITS]


def _say() -> None:
    if told := st.session_state.pop(_TOLD, None):
        st.success(cards.plain(told), icon=":material/check:")


# What is saved


def _table(kept: Kept, frame: pd.DataFrame, legend: Legend) -> None:
    ran = _is_run(kept)
    headers = {key: words for key, words in _HEADERS.items() if ran or key not in _NOW}
    cards.table(frame, "keep_saved", headers, legend)
    st.button("Run all again", key="keep_again", on_click=_run, args=(kept,), icon=":material/refresh:")
    cards.note("Each over the months it was saved with, on the data, book and facts of now.")


def _run(kept: Kept) -> None:
    st.session_state[_RAN] = kept.opening


def _is_run(kept: Kept) -> bool:
    """Whether somebody asked for it on what is open now; other data ask anew."""
    return bool(st.session_state.get(_RAN) == kept.opening)


def _runs(kept: Kept) -> dict[str, Again]:
    return {one.key: keeping.again(one.key) for one in kept.scenarios} if _is_run(kept) else {}


@st.fragment
def _closer(kept: Kept, legend: Legend) -> None:
    """One saved scenario: its versions, its text, and the way to put it aside."""
    if st.session_state.pop(_ASIDE_DONE, False):
        st.rerun()
    keys = {one.saved.key: one.name for one in kept.scenarios}
    with st.expander("Versions, and putting one aside"):
        key = str(st.selectbox("Saved scenario", list(keys), format_func=lambda key: keys[key], key=_ONE))
        versions = keeping.history(key)
        cards.table(_history(versions), f"keep_history_{key}", _HISTORY, legend)
        version = st.selectbox("Its text", [one.version for one in versions], key=f"keep_version_{key}")
        st.code(next(one.text for one in versions if one.version == version), language="toml")
        left, right = st.columns([2, 3])
        left.text_input("Who puts it aside", key=_WHO, max_chars=100)
        right.text_input("Why it is put aside", key=_BECAUSE, max_chars=400)
        st.button("Put aside", key="keep_aside", on_click=_retire, args=(key,), icon=":material/archive:")
        for mistake in st.session_state.pop(_ASIDE_REFUSED, ()):
            st.error(cards.plain(mistake), icon=":material/report:")


def _retire(key: str) -> None:
    try:
        keeping.retire(key, st.session_state[_WHO], st.session_state[_BECAUSE])
    except Refusal as refusal:
        st.session_state[_ASIDE_REFUSED] = (str(refusal),)
        return
    st.session_state[_TOLD], st.session_state[_ASIDE_DONE] = f"{key} is put aside; links to it still hold.", True


def _history(versions: Sequence[Saved]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            **_said(versions),
            **_headline([one.result for one in versions]),
            "result": [one.result.result_hash for one in versions],
            "put_aside": [one.retirement and f"{one.retirement.who}: {one.retirement.why}" for one in versions],
        }
    )
