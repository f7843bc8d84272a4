"""What every part of the page stands on and what it leaves for the foot; a part that lacks its feeds says so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from streamlit.delta_generator import DeltaGenerator

from lib.freshness import SourceState
from lib.ui import cards, data, numbers
from lib.ui.cards import Stamp
from lib.ui.legends import Legend


@dataclass(frozen=True)
class Page:
    """What a part stands on: the room of the headline, where it comes from, the feeds it reads, everything's names."""

    room: DeltaGenerator
    stamp: Stamp
    legend: Legend
    feeds: Sequence[str] = ()

    def tell(self, sentence: str) -> None:
        """The part's answer, as the title of the page."""
        states = data.states(*self.feeds) if self.feeds else []
        cards.finding(self.room, cards.of_rails_there(sentence, states), self.stamp, states)
        if unread := unread_words(states):
            self.room.caption(unread)


def unread_words(states: Sequence[SourceState]) -> str:
    """How many lines of some feeds could not be read, and so are in no number; nothing where each was."""
    lost = [f"{numbers.counted(one.rejected, 'line')} of {numbers.feed(one.feed)}" for one in states if one.rejected]
    return f"Not read, and in no number here: {', '.join(lost)}; Sources tells why." if lost else ""


@dataclass(frozen=True)
class Shown:
    """What a part leaves for the foot of the page: what was assumed, and its tables."""

    assumptions: Sequence[str] = ()
    tables: cards.Tables = field(default_factory=dict)


@dataclass(frozen=True)
class Section:
    """One part of the page: its name in the link, the feeds it cannot do without, what is counted, how it is drawn."""

    words: str
    feeds: Sequence[str]
    counted: str
    draw: Callable[[Page], Shown]
    told: Sequence[str] = ()  # feeds without which it says less, and says so below its title

    def show(self, room: DeltaGenerator, stamp: Stamp) -> Shown | None:
        """Draw the part, or say which of its feeds are missing, since when, and the command that brings them."""
        if gone := cards.gone(data.states(*self.feeds), *self.feeds):
            sources = numbers.counted(len(gone), "source behind this page is", "sources behind this page are")
            cards.absent(room, f"0 {self.counted} can be shown: {sources} missing", stamp, gone)
            return None
        return self.draw(Page(room, stamp, data.legend(), (*self.feeds, *self.told)))
