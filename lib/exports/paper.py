"""What every file of one page is written on: harmless text, plain tables, and a sheet that prints.

The policy forbids what a file does not need, so that nothing a name holds could ever run or call out; and nothing comes
from elsewhere, so a file opens wherever it is sent.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

_JOINERS = "\u200c\u200d"  # what some scripts need between letters, though it cannot be seen


def text(value: object, most: int) -> str:
    """Any text → harmless in HTML, on one line, at most so many letters; what cannot be seen is no letter."""
    seen = " ".join("".join(map(_seen, str(value))).split())
    return escape(seen if len(seen) <= most else f"{seen[: most - 1].rstrip()}…")


def _seen(letter: str) -> str:
    if letter.isprintable() or letter in _JOINERS:
        return letter
    if letter.isspace():
        return " "
    return "" if unicodedata.category(letter) == "Cf" else "\ufffd"


def name(value: str, most: int) -> str:
    """A name of somebody: one written from right to left turns nothing around it."""
    return f"<bdi>{text(value, most)}</bdi>"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], more: Iterable[str], kind: str) -> str:
    """Cells that are harmless already → a table; `more` are rows of one cell below it."""
    head = "".join(f'<th scope="col">{title}</th>' for title in header)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    rest = "".join(f'<tr><td colspan="{len(header)}">{words}</td></tr>' for words in more)
    return f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{body}{rest}</tbody></table>'


def day(value: date) -> str:
    """A day as people write it: 31 Oct 2026."""
    return f"{value.day} {value:%b %Y}"


def flat(document: Mapping[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """A manifest → its entries, blocks opened up: `facts.hash`."""
    pairs: list[tuple[str, Any]] = []
    for key, value in document.items():
        pairs += flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(f"{prefix}{key}", value)]
    return pairs


def written(title: str, style: str, body: str) -> bytes:
    """Title and body that are harmless already, and rules of their own → one HTML file in UTF-8."""
    return _FRAME.format(title=title, style=STYLE + style, body=body).encode()


_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""

STYLE = """
@page { margin: 8mm 12mm; }
* { box-sizing: border-box; }
html { color-scheme: light; }
body { margin: 0; background: #fff; color: #1b1b1b; font: 14px/1.4 system-ui, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
main { max-width: 900px; margin: 0 auto; padding: 24px; }
p, ul, h1, h2, table { margin: 0; }
h1 { font-size: 1.6em; line-height: 1.2; margin: .15em 0 .25em; }
h2 { font-size: 1em; margin-bottom: .25em; padding-bottom: .15em; border-bottom: 1px solid #c9c9c9;
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
ul { padding-left: 1.5em; }
.lines { display: block; }
.quiet, small, .figures div > span { color: #595959; }
.quiet, small, footer { font-size: .85em; font-weight: normal; }
.stamp { display: flex; justify-content: space-between; gap: 1em; white-space: nowrap; }
.stamp > * { overflow: hidden; text-overflow: ellipsis; }
.label { padding: 0 .5em; border: 1px solid #595959; color: #1b1b1b; }
.answer { font-size: 1.2em; line-height: 1.3; }
.figures { display: flex; gap: .8em; margin: .8em 0 .4em; }
.figures div { flex: 1; min-width: 0; padding: .35em .6em; border: 1px solid #c9c9c9; border-radius: 4px; }
.figures div > * { display: block; }
.figures div > span, .figures small { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.figures b { font-size: 1.3em; line-height: 1.2; }
.columns { display: flex; gap: 1.4em; margin-top: .8em; }
.columns > section { flex: 1; min-width: 0; overflow: hidden; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .08em 0 .08em .7em; text-align: right; white-space: nowrap; }
th { color: #595959; font-weight: normal; font-size: .85em; }
th:first-child, td:first-child { width: 100%; max-width: 0; padding-left: 0; text-align: left; }
th:first-child, td:first-child { overflow: hidden; text-overflow: ellipsis; }
footer { margin-top: 1em; padding-top: .4em; border-top: 1px solid #c9c9c9; color: #595959; }
@media print { body { font-size: 7.9pt; line-height: 1.28; } main { max-width: none; padding: 0; }
  .columns, .figures { margin-top: .65em; }
  .lines { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: var(--lines); overflow: hidden; } }
@media screen and (max-width: 640px) {
  .columns, .figures, .stamp { flex-direction: column; } .stamp { white-space: normal; } }
"""
