"""What sales looks at: five filters that go with the reader from page to page, and stand in every link.

They are drawn by the shell, beside the scenario. A page asks what is set, keeps what fits, and says which filter it
cannot apply: a customer has no owner, and a deal that nobody owns is nobody's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import streamlit as st

from lib.ui import controls, data, numbers
from lib.ui.opening import VERSIONS, Version, opened_desk, opened_version

PAGES = ("scorecard", "segments", "pipeline", "deal_desk", "savings")
_EVERY: Mapping[str, tuple[str, str]] = {
    "product": ("Product", "All products"),
    "icp_segment": ("ICP segment", "All segments"),
    "persona": ("Persona", "All personas"),
    "rail": ("Rail", "All rails"),
    "owner": ("Owner", "Everybody"),
}


@dataclass(frozen=True)
class Focus:
    """What is looked at: a key of each kind, None where all of them are. `names` are the words a reader picked."""

    product: str | None = None
    icp_segment: str | None = None
    persona: str | None = None
    rail: str | None = None
    owner: str | None = None
    names: Mapping[str, str] = field(default_factory=dict, compare=False)

    def keeps(self, **facts: str | None) -> bool:
        """Whether somebody or something with these facts is looked at; a fact that is not passed is not asked for."""
        return all(getattr(self, kind) in (None, fact) for kind, fact in facts.items())

    def without(self, *kinds: str) -> str:
        """The filters among `kinds` that are set, in words: what a panel must say that it cannot apply them."""
        return ", ".join(f"{_inside(_EVERY[kind][0])} {self.names[kind]}" for kind in kinds if getattr(self, kind))

    @property
    def words(self) -> str:
        """Everything that is set, as one phrase; empty where everything is looked at."""
        return self.without(*_EVERY)


def drawn() -> None:
    """The filters in the sidebar; a name of the link that nobody knows is said above the page."""
    known = _known()
    for kind, (label, everything) in _EVERY.items():
        options = [everything, *known[kind].values()]
        controls.say_unknown(_key(kind), label, options)
        controls.as_linked(_key(kind), label, options)
        st.sidebar.selectbox(label, options, key=_key(kind), bind="query-params", persist_state="session")


def asked() -> Focus:
    """What the reader looks at."""
    picked = {kind: st.session_state.get(_key(kind)) for kind in _EVERY}
    keys = {kind: {name: key for key, name in names.items()} for kind, names in _known().items()}
    found = {kind: name for kind, name in picked.items() if name in keys[kind]}
    return Focus(**{kind: keys[kind][name] for kind, name in found.items()}, names=found)


def _inside(label: str) -> str:
    """A label inside a sentence: without its capital, unless it begins with an abbreviation."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _key(kind: str) -> str:
    return f"focus_{kind}"


def _known() -> Mapping[str, Mapping[str, str]]:
    """What each filter can be set to, by key, in the words of the address."""
    legend = data.legend()
    found = {
        **_listed(),
        "persona": {one.key: one.label for one in legend.personas},
        "rail": {one.key: one.label for one in legend.rails},
    }
    return {kind: apart(names, *_EVERY[kind]) for kind, names in found.items()}


def apart(names: Mapping[str, str], label: str, everything: str) -> Mapping[str, str]:
    """Names by key, none the same as another one or as the word for all of them: such a name says what it is of."""
    taken, told = {everything}, dict[str, str]()
    for key, name in names.items():
        while name in taken:
            name += f" ({_inside(label)})"
        taken.add(name)
        told[key] = name
    return told


@data.only_for(*PAGES)
def _listed() -> Mapping[str, Mapping[str, str]]:
    return _recorded(opened_version())


@st.cache_data(max_entries=VERSIONS, show_spinner=False)
def _recorded(version: Version) -> Mapping[str, Mapping[str, str]]:
    """The products, segments and owners there are; of a source that is missing there are none."""
    desk = opened_desk(version)
    ideal = desk.segments.ideal_customers.values()
    deals = [] if desk.missing("deal") else desk.deals
    products = {one.product for one in ideal} | {desk.book.product} | {deal.product for deal in deals}
    return {
        "product": {key: numbers.name(key) for key in sorted(products)},
        "icp_segment": {one.key: one.label for one in ideal},
        "owner": {owner: owner for owner in sorted({deal.owner for deal in deals if deal.owner})},
    }
