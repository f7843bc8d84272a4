"""JSON, an object per line → blocks: lines built alike are split by what they share, any other is parsed alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from lib.mapping import Column
from lib.warehouse.exact_json import Twice, parsed
from lib.warehouse.metering.block import Block, Line, decoded, gathered
from lib.warehouse.metering.documents import complaint, fields_of, found
from lib.warehouse.metering.skeleton import quick_block
from lib.warehouse.refusal import BuildRefused

NOT_AN_OBJECT = "not a JSON object"
SPACE = " \t\n"
MOST_BYTES = 1 << 28  # of one JSON list, which is parsed whole; a file of lines may be larger


def read(blocks: Iterator[bytes], columns: Sequence[Column], known: set[str]) -> Iterator[Block]:
    """Lines → blocks, in order; the names of the fields they turn out to have are added to `known`."""
    first = 1
    for content in blocks:
        block = quick_block(content, first, columns) or slow_block(content, first, columns)
        known |= fields_of(content[: content.find(b"\n")])
        first += len(block)
        yield block


def slow_block(content: bytes, first: int, columns: Sequence[Column]) -> Block:
    """Lines parsed one by one. The last may lack its end: an object that is closed was not cut."""
    lines = content.removesuffix(b"\n").split(b"\n")
    return gathered(first, [_line(line, columns) for line in lines], columns)


def entries_of(content: bytes, file: str) -> bytes:
    """A JSON array → its entries, one per line; an array that is not whole was delivered in part."""
    try:
        text = content.decode("utf-8")
        parse, place, entries = json.JSONDecoder().raw_decode, text.index("[") + 1, []
        while (place := _past(text, place, " \t\n")) < len(text) and text[place] != "]":
            start = place
            _, place = parse(text, place)
            entries.append(text[start:place].replace("\n", " "))
            place = _past(text, place, " \t\n")
            if text[place] == ",":
                place = _past(text, place + 1, " \t\n")
                if text[place] == "]":
                    raise ValueError(f"a comma before the end, letter {place + 1}")
            elif text[place] != "]":
                raise ValueError(f"no comma between two entries, letter {place + 1}")
        if text[place + 1 :].strip():
            raise ValueError(f"text behind the list, letter {place + 2}")
    except (ValueError, IndexError, RecursionError) as problem:
        why = "it ends too early" if isinstance(problem, IndexError) else str(problem).partition("\n")[0]
        raise BuildRefused(
            f"{file} is no whole JSON list ({why}); deliver it again, then run: python -m lib pull"
        ) from None
    return "".join(f"{entry}\n" for entry in entries).encode("utf-8", "surrogatepass")


def _line(content: bytes, columns: Sequence[Column]) -> Line:
    text, fault = decoded(content)
    if fault:
        return Line(text, fault)
    try:
        document = parsed(text)
    except Twice as problem:
        return Line(text, str(problem))
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return Line(text, NOT_AN_OBJECT)
    values = [found(document, column) for column in columns]
    for column, value in zip(columns, values, strict=True):
        if reason := complaint(value):
            return Line(text, f"{column[0]} is {reason}")
    return Line(text, None, [value or "" for value in values])


def _past(text: str, place: int, letters: str) -> int:
    while place < len(text) and text[place] in letters:
        place += 1
    return place
