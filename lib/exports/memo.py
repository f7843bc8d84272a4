"""A price change as a memo: one HTML file that needs nothing else, and prints on one page of A4 or Letter.

What is told is chosen before it comes here: values are words and numbers that stand on a page already. Lists are cut
to what a page holds, and say how much they leave out; no name is so long that it costs a line it was not given.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from lib.exports.paper import day, flat, name, table, text, written
from lib.exports.refusal import ExportError

# What one page holds. Letters are cut here and lines in the style, for letters differ in width.
_FIGURES, _BARS, _GROUPS, _LARGEST, _STAMPS = 4, 6, 7, 7, 16
_HEADLINE, _ANSWER, _SENTENCE, _NAME, _WORD, _AMOUNT = 160, 360, 420, 60, 32, 20
# Okabe and Ito's colours, which readers with any colour vision tell apart (jfly.uni-koeln.de/color, 2008); of their
# eight the two that the desk's pages use for gain and loss.
_GAIN, _LOSS = "#0072b2", "#d55e00"
_VERDICTS = {"kept": "✓", "broken": "✕", "undecided": "?"}


@dataclass(frozen=True)
class _Room:
    """What one list may take: so many items, and lines in all, which few items share out among themselves."""

    items: int
    lines: int

    def each(self, items: int) -> int:
        """How many lines each of so many items has."""
        return self.lines // max(1, min(items, self.items))


_CHANGES, _PANEL, _GUARDS, _ASSUMPTIONS = _Room(8, 16), _Room(3, 6), _Room(4, 8), _Room(4, 8)


@dataclass(frozen=True)
class Figure:
    """One of the few numbers at the top: what it is, its value in words, and a note below it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar of the picture: its name, how long it is, and its value in words."""

    label: str
    value: Decimal | int | float
    shown: str


@dataclass(frozen=True)
class Group:
    """Customers whose bill moves alike: the group's name, how many they are, what they pay more or less together."""

    name: str
    customers: int
    change: str


@dataclass(frozen=True)
class Affected:
    """One customer among the most affected: name, tier and rail in words, the bill before and after, the change."""

    name: str
    about: str
    was: str
    becomes: str
    change: str


@dataclass(frozen=True)
class Guard:
    """One limit and how it fared: its words, the verdict (kept, broken or undecided), and why."""

    words: str
    verdict: str
    why: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in _VERDICTS:
            raise ExportError(f"a guardrail is {', '.join(_VERDICTS)}, not {self.verdict!r}")


@dataclass(frozen=True)
class Memo:
    """What a founder forwards: the question, the answer, and all that somebody who doubts it would ask next.

    Everything is plain text or a number, formatted by who fills it in. `span` is the range of the answer where
    responses give one, `label` a remark about the data as a whole, such as that they are synthetic.
    """

    question: str
    answer: str
    as_of: date
    fingerprint: str
    manifest: Mapping[str, Any]
    changes: Sequence[str]
    figures: Sequence[Figure]
    span: str = ""
    reach: str = ""
    label: str = ""
    picture: str = ""
    bars: Sequence[Bar] = ()
    groups: Sequence[Group] = ()
    largest: Sequence[Affected] = ()
    certain: Sequence[str] = ()
    estimated: Sequence[str] = ()
    assumed: Sequence[str] = ()
    guards: Sequence[Guard] = ()
    assumptions: Sequence[str] = field(default=())


def memo(content: Memo) -> bytes:
    """A memo's content → one HTML file in UTF-8: no script, nothing from elsewhere, the same bytes every time."""
    title = text(content.question, _HEADLINE)
    parts = (_head(content), _figures(content), _middle(content), _who(content), _panels(content), _limits(content))
    body = "\n".join(filter(None, (*parts, _foot(content))))
    return written(title, _STYLE, body)


# Text


def _name(value: str, most: int = _NAME) -> str:
    return name(value, most)


def _lines(value: str, lines: int, most: int = _SENTENCE) -> str:
    return f'<span class="lines" style="--lines:{lines}">{text(value, most)}</span>'


def _items(values: Sequence[str], room: _Room, nothing: str) -> str:
    """A list of sentences, cut to what its place holds; what stands there where there is none."""
    lines = room.each(len(values))
    shown = [_lines(value, lines) for value in values[: room.items]] or [_lines(nothing, lines)]
    more = _more(len(values), room.items)
    return f"<ul>{''.join(f'<li>{item}</li>' for item in [*shown, *more])}</ul>"


def _more(number: int, most: int) -> list[str]:
    return [f"and {number - most:,} more"] if number > most else []


def _section(title: str, inside: str, kind: str = "half") -> str:
    return f'<section class="{kind}"><h2>{title}</h2>{inside}</section>'


def _columns(*sections: str) -> str:
    standing = [section for section in sections if section]
    return f'<div class="columns">{"".join(standing)}</div>' if standing else ""


# Parts, from the top


def _head(content: Memo) -> str:
    label = f'<b class="label">{text(content.label, _WORD)}</b>' if content.label else ""
    stamp = f"Price change memo, as of {day(content.as_of)}, result {text(content.fingerprint, _WORD)}"
    return (
        f'<header><p class="quiet stamp"><span>{stamp}</span>{label}</p>'
        f"<h1>{_lines(content.question, 2, _HEADLINE)}</h1>"
        f'<p class="answer">{_lines(content.answer, 3, _ANSWER)}</p></header>'
    )


def _figures(content: Memo) -> str:
    cards = "".join(
        f"<div><span>{text(one.label, _NAME)}</span><b>{_lines(one.value, 2, _NAME)}</b>"
        f"<small>{text(one.note, _NAME)}</small></div>"
        for one in content.figures[:_FIGURES]
    )
    span = f'<p class="span">{_lines(f"Range: {content.span}", 2)}</p>' if content.span else ""
    return f'<div class="figures">{cards}</div>{span}' if cards or span else ""


def _middle(content: Memo) -> str:
    reach = f'<p class="quiet">{_lines(content.reach, 2)}</p>' if content.reach else ""
    changes = _items(content.changes, _CHANGES, "Nothing in the book changes.")
    bars = _bars(content.bars[:_BARS], content.picture) if content.bars else ""
    picture = _section(text(content.picture or "The change in parts", _NAME), bars) if bars else ""
    return _columns(_section("What changes", changes + reach), picture)


def _who(content: Memo) -> str:
    groups, largest = "", ""
    if content.groups:
        rows = [(_name(one.name), f"{one.customers:,}", text(one.change, _AMOUNT)) for one in content.groups[:_GROUPS]]
        left_out = _more(len(content.groups), _GROUPS)
        groups = _section("Who is affected", table(("Group", "Customers", "Change"), rows, left_out, "groups"))
    if content.largest:
        named = map(_affected, content.largest[:_LARGEST])
        header, left_out = ("Customer", "On", "Was", "Becomes", "Change"), _more(len(content.largest), _LARGEST)
        largest = _section("Most affected", table(header, named, left_out, "largest"), "wide")
    return _columns(groups, largest)


def _affected(one: Affected) -> tuple[str, ...]:
    return (_name(one.name), *(text(value, _AMOUNT) for value in (one.about, one.was, one.becomes, one.change)))


def _panels(content: Memo) -> str:
    """What is certain, what is estimated and what is assumed, never in one list."""
    nothing = "Nothing: no response is switched on."
    return _columns(
        _section("Certain", _items(content.certain, _PANEL, "Nothing is certain here.")),
        _section("Estimated", _items(content.estimated, _PANEL, nothing)),
        _section("Assumed", _items(content.assumed, _PANEL, nothing)),
    )


def _limits(content: Memo) -> str:
    lines = _GUARDS.each(len(content.guards))
    guards = "".join(f"<li>{_guard(one, lines)}</li>" for one in content.guards[: _GUARDS.items])
    more = "".join(f"<li>{words}</li>" for words in _more(len(content.guards), _GUARDS.items))
    listed = f'<ul class="guards">{guards}{more}</ul>' if guards else "<p>No guardrail is set.</p>"
    assumptions = _items(content.assumptions, _ASSUMPTIONS, "None but what the manifest names.")
    return _columns(_section("Guardrails", listed), _section("Assumptions", assumptions))


def _guard(one: Guard, lines: int) -> str:
    sign = f'<b class="{one.verdict}">{_VERDICTS[one.verdict]} {one.verdict}</b>'
    why = f": {one.why}" if one.why else ""
    return f'<span class="lines" style="--lines:{lines}">{sign} {text(one.words + why, _SENTENCE)}</span>'


def _foot(content: Memo) -> str:
    """The manifest, so that the result can be made again, or found stale."""
    stamps = [(key, value) for key, value in flat(content.manifest) if value is not None]
    shown = [f"<b>{text(key, _NAME)}</b> {text(value, _NAME)}" for key, value in stamps[:_STAMPS]]
    listed = " · ".join([*shown, *_more(len(stamps), _STAMPS)])
    return f'<footer><span class="lines" style="--lines:3">Made from {listed}</span></footer>'


# The picture

_WIDTH, _ROW, _LABEL, _SHOWN = 340.0, 19.0, 112.0, 76.0  # in units of the picture, which grows with its column


def _bars(bars: Sequence[Bar], title: str) -> str:
    """Bars from one zero line, the gains to the right; names and values beside them."""
    values = [float(bar.value) for bar in bars]
    if not all(map(math.isfinite, values)):
        raise ExportError(f"a bar is {next(v for v in values if not math.isfinite(v))}; a picture holds finite numbers")
    low, high = min(0.0, *values), max(0.0, *values)
    room = _WIDTH - _LABEL - _SHOWN
    scale = room / ((high - low) or 1.0)
    zero = _LABEL - low * scale
    height = _ROW * len(bars)
    rows = "".join(
        _bar(bar, place, zero, value * scale) for place, (bar, value) in enumerate(zip(bars, values, strict=True))
    )
    axis = f'<line class="axis" x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="{height:.1f}"/>'
    heard = f"{title or 'The change in parts'}: {', '.join(f'{bar.label} {bar.shown}' for bar in bars)}"
    opening = f'<svg viewBox="0 0 {_WIDTH:.0f} {height:.0f}" role="img" aria-label="{text(heard, _ANSWER)}">'
    return f"{opening}{rows}{axis}</svg>"


def _bar(bar: Bar, place: int, zero: float, length: float) -> str:
    top, colour = place * _ROW, _GAIN if length >= 0 else _LOSS
    box = f'x="{min(zero, zero + length):.1f}" y="{top + 3:.1f}" width="{abs(length):.1f}" height="{_ROW - 6:.1f}"'
    label = f'<text y="13">{text(bar.label, _NAME)}</text>'
    shown = f'<text x="{_SHOWN:.1f}" y="13" text-anchor="end">{text(bar.shown, _WORD)}</text>'
    return (
        f"{_cropped(0, top, _LABEL - 6, label)}"
        f'<rect {box} fill="{colour}"/>'
        f"{_cropped(_WIDTH - _SHOWN, top, _SHOWN, shown)}"
    )


def _cropped(left: float, top: float, width: float, inside: str) -> str:
    """A picture in the picture: what is too long for it ends at its edge."""
    return f'<svg x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{_ROW:.1f}">{inside}</svg>'


# What a memo looks like beside every other paper.
_STYLE = """
.guards { list-style: none; padding-left: 0; }
.span { font-weight: bold; }
.columns > .wide { flex: 1.3; }
.largest th:nth-child(2), .largest td:nth-child(2) { color: #595959; text-align: left; }
svg { display: block; width: 100%; }
svg svg { width: auto; overflow: hidden; }
svg text { font-size: 10px; fill: #1b1b1b; }
.axis { stroke: #595959; stroke-width: 1; }
.kept { color: #0072b2; } .broken { color: #b34700; } .undecided { color: #595959; }
@media screen and (max-width: 640px) { .largest th:nth-child(2), .largest td:nth-child(2) { display: none; } }
"""
