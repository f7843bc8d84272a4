"""A paper that somebody outside may hold: a term sheet, a projection of savings, a business review.

One HTML file that needs nothing else and prints. Unlike a memo it leaves nothing out: what stands in it may be agreed
to, so nothing is cut, and a long one runs over to the next page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lib.exports import paper
from lib.exports.memo import Figure
from lib.exports.refusal import ExportError

_MOST = 4000  # letters of one text: more is no sentence and no cell


@dataclass(frozen=True)
class Part:
    """One heading with its sentences, and a table below them; `columns` name the table, each row has as many cells."""

    heading: str
    sentences: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()

    def __post_init__(self) -> None:
        if wrong := [row for row in self.rows if len(row) != len(self.columns)]:
            raise ExportError(
                f"{self.heading!r} has {len(self.columns)} columns and a row of {len(wrong[0])}: give every row as many"
            )


@dataclass(frozen=True)
class Sheet:
    """What a paper says: its kind ("Term sheet"), a title, the answer in one sentence, figures, parts, small print.

    Everything is plain text, formatted by who fills it in; `label` is a remark on the data as a whole, such as that
    they are synthetic; `notes` are the assumptions it rests on.
    """

    kind: str
    title: str
    answer: str
    as_of: date
    fingerprint: str
    manifest: Mapping[str, Any]
    figures: Sequence[Figure] = ()
    parts: Sequence[Part] = ()
    label: str = ""
    notes: Sequence[str] = ()


def sheet(content: Sheet) -> bytes:
    """A paper's content → one HTML file in UTF-8: no script, nothing from elsewhere, the same bytes every time."""
    body = "\n".join(filter(None, (_head(content), _figures(content), *map(_part, content.parts), _foot(content))))
    return paper.written(f"{_said(content.kind)}: {_said(content.title)}", _STYLE, body)


def _said(value: object) -> str:
    return paper.text(value, _MOST)


def _head(content: Sheet) -> str:
    label = f'<b class="label">{_said(content.label)}</b>' if content.label else ""
    stamp = f"{_said(content.kind)}, as of {paper.day(content.as_of)}, result {_said(content.fingerprint)}"
    return (
        f'<header><p class="quiet stamp"><span>{stamp}</span>{label}</p>'
        f'<h1>{_said(content.title)}</h1><p class="answer">{_said(content.answer)}</p></header>'
    )


def _figures(content: Sheet) -> str:
    figures = "".join(
        f"<div><span>{_said(one.label)}</span><b>{_said(one.value)}</b><small>{_said(one.note)}</small></div>"
        for one in content.figures
    )
    return f'<div class="figures">{figures}</div>' if figures else ""


def _part(part: Part) -> str:
    sentences = "".join(f"<p>{_said(sentence)}</p>" for sentence in part.sentences)
    rows = [[_said(cell) for cell in row] for row in part.rows]
    table = paper.table([_said(one) for one in part.columns], rows, (), "told") if rows else ""
    return f"<section><h2>{_said(part.heading)}</h2>{sentences}{table}</section>"


def _foot(content: Sheet) -> str:
    notes = "".join(f"<li>{_said(note)}</li>" for note in content.notes)
    listed = f'<section class="quiet"><h2>Assumptions</h2><ul>{notes}</ul></section>' if notes else ""
    stamps = " · ".join(
        f"<b>{_said(key)}</b> {_said(value)}" for key, value in paper.flat(content.manifest) if value is not None
    )
    return f"{listed}<footer>Made from {stamps}</footer>"


_STYLE = """
section { margin-top: .9em; break-inside: avoid-page; }
section > p { margin-top: .2em; }
h2, .figures div > span, .figures small { overflow: visible; white-space: normal; }
.told { margin-top: .3em; }
.told th, .told td { padding-top: .15em; vertical-align: top; white-space: normal; }
.told th:first-child, .told td:first-child { width: auto; max-width: none; overflow: visible; }
.told td { border-top: 1px solid #e3e3e3; }
"""
