"""Kinds of damage that files of records suffer, and what must be left of a file that suffered one.

They know a table with a key, a number and a time, and no more, so any reader of records can be held against them. A
damaged file says which rows nothing happened to (`intact`: each must be loaded as it was) and what else it now truly
says (`written`: each may be loaded so, or rejected). Whatever is loaded besides was changed on the way.
"""

import codecs
import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

Row = tuple[str, ...]
HIT = 3  # the row that is damaged, from 0


@dataclass(frozen=True)
class Table:
    """Clean rows of text, and which of their columns is the key, the number and the time."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    key: str
    number: str
    time: str

    def place(self, column: str) -> int:
        return self.columns.index(column)

    def with_value(self, column: str, value: str, row: int = HIT) -> Row:
        """The row with another value in one column."""
        place = self.place(column)
        return (*self.rows[row][:place], value, *self.rows[row][place + 1 :])

    def but(self, *rows: int) -> frozenset[Row]:
        """All rows except these."""
        return frozenset(row for number, row in enumerate(self.rows) if number not in rows)


@dataclass(frozen=True)
class Damaged:
    """The content of a file, the rows that are whole in it, and what else it says; or that it is refused as a whole."""

    content: bytes
    intact: frozenset[Row] = frozenset()
    written: frozenset[Row] = frozenset()
    is_refused: bool = False


@dataclass(frozen=True)
class Damage:
    """One kind of damage: what it is called, the forms it can happen to, and how it is done."""

    name: str
    forms: tuple[str, ...]
    done: Callable[[Table, str], Damaged]


TEXT = ("csv", "jsonl")


# Forms


def csv_lines(table: Table) -> list[bytes]:
    """The header, and a line per row; values that need quotes have them."""
    return [",".join(map(_quoted, row)).encode() for row in (table.columns, *table.rows)]


def jsonl_lines(table: Table) -> list[bytes]:
    """An object per row, the number as a number where it is one."""
    return [json_line(table, row) for row in table.rows]


def json_line(table: Table, row: Row) -> bytes:
    parts = []
    for column, value in zip(table.columns, row, strict=True):
        is_number = column == table.number and _is_json_number(value)
        parts.append(f"{json.dumps(column)}:{value if is_number else json.dumps(value, ensure_ascii=False)}")
    return ("{" + ",".join(parts) + "}").encode()


WRITERS: dict[str, Callable[[Table], list[bytes]]] = {"csv": csv_lines, "jsonl": jsonl_lines}


def lines_of(table: Table, form: str) -> list[bytes]:
    """The lines of a file in a form; a test may name a form of its own in WRITERS."""
    return WRITERS[form](table)


def file_of(lines: Sequence[bytes], end: bytes = b"\n") -> bytes:
    return b"".join(line + end for line in lines)


def clean(table: Table, form: str) -> bytes:
    return file_of(lines_of(table, form))


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(mark in value for mark in ',"\n\r') else value


def _is_json_number(value: str) -> bool:
    try:
        return isinstance(json.loads(value), int | float) and value not in ("true", "false", "NaN", "Infinity")
    except ValueError:
        return False


# One value


def _one_value(column: str, value: str) -> Callable[[Table, str], Damaged]:
    def done(table: Table, form: str) -> Damaged:
        hit = table.with_value(getattr(table, column), value)
        rows = (*table.rows[:HIT], hit, *table.rows[HIT + 1 :])
        return Damaged(clean(replace(table, rows=rows), form), table.but(HIT), frozenset({hit}))

    return done


NUMBERS = {
    "a negative number": "-3",
    "a number below nothing by a little": "-0.000001",
    "an exponent": "1e3",
    "a thousands comma": "1,000",
    "a thousands space": "1 000",
    "a decimal comma": "7,5",
    "7.5 where a whole number belongs": "7.5",
    "seven decimals": "0.1234567",
    "twenty decimals": "0.10000000000000000001",
    "a huge number": "9" * 40,
    "a number one above the most": "1000000000",
    "not a number": "NaN",
    "infinity": "inf",
    "an empty number": "",
    "spaces around a number": " 7 ",
    "digits of another script": "٣",
    "full-width digits": "７",
    "a hexadecimal number": "0x10",
    "an underscore in a number": "1_000",
    "a number that ends in its point": "7.",
    "a number that begins with its point": ".5",
    "a plus sign": "+5",
    "a currency": "$5",
    "a word for a number": "ten",
    "true for a number": "true",
    "null as a word": "null",
    "a soft hyphen": "\u00ad5",
}
TIMES = {
    "a leap second": "2026-04-10T23:59:60Z",
    "the thirtieth of February": "2026-02-30T08:00:00Z",
    "the hour 24": "2026-04-10T24:00:00Z",
    "the hour 25": "2026-04-10T25:00:00Z",
    "a date without a time": "2026-04-10",
    "a date of another country": "10/04/2026 08:00",
    "an hour that clocks skip, without a zone": "2026-03-29T02:30:00",
    "an hour that clocks repeat, without a zone": "2025-10-26T02:30:00",
    "an empty time": "",
    "seconds since 1970": "1775808000",
    "a time far ahead": "2099-01-01T00:00:00Z",
    "the year 1": "0001-01-01T00:00:00Z",
    "spaces around a time": " 2026-04-10T08:00:00Z ",
    "a time in words": "last Tuesday",
}


# One line


def _one_line(change: Callable[[bytes], Sequence[bytes]], *, is_lost: bool = True) -> Callable[[Table, str], Damaged]:
    """The line of the damaged row becomes other lines; if any of them still says the row, it says it unchanged."""

    def done(table: Table, form: str) -> Damaged:
        lines = lines_of(table, form)
        at = HIT + (form == "csv")
        content = file_of([*lines[:at], *change(lines[at]), *lines[at + 1 :]])
        return Damaged(content, table.but(HIT) if is_lost else table.but(), frozenset({table.rows[HIT]}))

    return done


def _insert(place: int, what: bytes) -> Callable[[bytes], Sequence[bytes]]:
    return lambda line: [line[:place] + what + line[place:]]


LINE_CHANGES: Mapping[str, Callable[[bytes], Sequence[bytes]]] = {
    "a stray quote within a value": _insert(13, b'"'),
    "a stray quote before a line": _insert(0, b'"'),
    "a stray quote behind a line": lambda line: [line + b'"'],
    "two stray quotes within a value": lambda line: [line[:13] + b'"' + line[13:14] + b'"' + line[14:]],
    "a line cut in half": lambda line: [line[: len(line) // 2]],
    "the end of a line alone": lambda line: [line[len(line) // 2 :]],
    "a line broken in two": lambda line: [line[: len(line) // 2], line[len(line) // 2 :]],
    "a field too many": lambda line: [line + b",surplus"],
    "a line twice on one line": lambda line: [line + line],
    "a NUL in a line": _insert(13, b"\0"),
    "a line of NULs": lambda line: [b"\0" * len(line)],
    "bytes that are no text": _insert(13, b"\xff\xfe"),
    "half a letter": _insert(13, b"\xc3"),
    "a letter in Latin-1": _insert(13, b"\xe9"),
    "an encoded surrogate": _insert(13, b"\xed\xa0\x80"),
    "a carriage return within a line": lambda line: [line[: len(line) // 2] + b"\r" + line[len(line) // 2 :]],
    "a line of separators": lambda line: [b",,,,,,"],
    "a comment": lambda line: [b"# exported by the night job"],
    "a separator line": lambda line: [b"-" * 40],
    "a total": lambda line: [b"Total,,,,,100"],
    "a page of HTML": lambda line: [b"<html><body>502 Bad Gateway</body></html>"],
    "other brackets": lambda line: [b"[" + line + b"]"],
    "a list of numbers": lambda line: [b"[1,2]"],
    "a very long line": lambda line: [b"x" * 300_000],
}


def _key_twice(line: bytes) -> bytes:
    """The first key of an object again, at its end, with another value."""
    return line[:-1] + b"," + line[1 : line.index(b":")] + b':"another"}'


EXTRA_LINES: Mapping[str, Callable[[bytes], Sequence[bytes]]] = {
    "blank lines": lambda line: [b"", line, b""],
    "lines of spaces": lambda line: [b"   ", b"\t", line],
    "a line again": lambda line: [line, line],
}


# The whole file


def _whole(change: Callable[[bytes], bytes]) -> Callable[[Table, str], Damaged]:
    return lambda table, form: Damaged(change(clean(table, form)), table.but())


def _mixed_ends(table: Table, form: str) -> Damaged:
    lines = lines_of(table, form)
    return Damaged(
        b"".join(line + (b"\r\n" if number % 2 else b"\n") for number, line in enumerate(lines)), table.but()
    )


def _cut_at_the_end(table: Table, form: str) -> Damaged:
    """The last line lost its end and two letters: what is left of its number would still be a number."""
    return Damaged(clean(table, form)[:-3], table.but(len(table.rows) - 1))


def _header_again(table: Table, form: str) -> Damaged:
    lines = lines_of(table, form)
    return Damaged(file_of([*lines[:4], lines[0], *lines[4:]]), table.but())


def _other_order(table: Table, form: str) -> Damaged:
    turned = replace(table, columns=table.columns[::-1], rows=tuple(row[::-1] for row in table.rows))
    return Damaged(clean(turned, form), table.but())


def _new_column(table: Table, form: str) -> Damaged:
    grown = replace(table, columns=("region", *table.columns), rows=tuple(("eu", *row) for row in table.rows))
    return Damaged(clean(grown, form), table.but())


def _without(column: str) -> Callable[[Table, str], Damaged]:
    def done(table: Table, form: str) -> Damaged:
        place = table.place(getattr(table, column))
        kept = replace(
            table,
            columns=(*table.columns[:place], *table.columns[place + 1 :]),
            rows=tuple((*row[:place], *row[place + 1 :]) for row in table.rows),
        )
        return Damaged(clean(kept, form), is_refused=True)

    return done


def _renamed(table: Table, form: str) -> Damaged:
    columns = tuple(name + "s" if name == table.number else name for name in table.columns)
    return Damaged(clean(replace(table, columns=columns), form), is_refused=True)


def _twice_named(table: Table, form: str) -> Damaged:
    grown = replace(table, columns=(*table.columns, table.number), rows=tuple((*row, "1") for row in table.rows))
    return Damaged(clean(grown, form), is_refused=True)


def _conflict(table: Table, form: str) -> Damaged:
    """A later copy of a row says another number: the first of them counts, and the other is no row of its own."""
    other = table.with_value(table.number, "77")
    return Damaged(clean(replace(table, rows=(*table.rows, other)), form), table.but(HIT), frozenset({table.rows[HIT]}))


def _header_only(table: Table, form: str) -> Damaged:
    return Damaged(clean(replace(table, rows=()), form))


FILES = [
    Damage("nothing at all", TEXT, _whole(bytes)),
    Damage("a byte-order mark", TEXT, _whole(lambda content: codecs.BOM_UTF8 + content)),
    Damage("CRLF line ends", TEXT, _whole(lambda content: content.replace(b"\n", b"\r\n"))),
    Damage("CR line ends", TEXT, _whole(lambda content: content.replace(b"\n", b"\r"))),
    Damage("mixed line ends", TEXT, _mixed_ends),
    Damage("UTF-16", TEXT, _whole(lambda content: content.decode().encode("utf-16"))),
    Damage(
        "UTF-16 the other way round",
        TEXT,
        _whole(lambda content: codecs.BOM_UTF16_BE + content.decode().encode("utf-16-be")),
    ),
    Damage("blank lines above", TEXT, _whole(lambda content: b"\n \n" + content)),
    Damage("blank lines below", TEXT, _whole(lambda content: content + b"\n\r\n  \n")),
    Damage("a last line cut short", TEXT, _cut_at_the_end),
    Damage("a header that stands again", ("csv",), _header_again),
    Damage("columns in another order", TEXT, _other_order),
    Damage("a new column", TEXT, _new_column),
    Damage("a key that is missing", TEXT, _without("key")),
    Damage("a number that is missing", TEXT, _without("number")),
    Damage("a column with another name", TEXT, _renamed),
    Damage("a column twice", ("csv",), _twice_named),
    Damage("a copy that says something else", TEXT, _conflict),
    Damage("the whole file twice over", ("jsonl",), _whole(lambda content: content * 2)),
    Damage("a header and no more", ("csv",), _header_only),
    Damage("an empty file", TEXT, lambda table, form: Damaged(b"")),
    Damage("a file of blank lines", TEXT, lambda table, form: Damaged(b"\n\r\n \n")),
    Damage("a mark and no more", TEXT, lambda table, form: Damaged(codecs.BOM_UTF8)),
    Damage("a page of an error instead", ("csv",), lambda table, form: Damaged(b"<html>\n</html>\n", is_refused=True)),
    Damage(
        "packed without saying so",
        TEXT,
        lambda table, form: Damaged(gzip.compress(clean(table, form)), is_refused=True),
    ),
]

VALUES = [
    *(Damage(name, TEXT, _one_value("number", value)) for name, value in NUMBERS.items()),
    *(Damage(name, TEXT, _one_value("time", value)) for name, value in TIMES.items()),
    Damage("an empty key", TEXT, _one_value("key", "")),
    Damage("a key with a comma and quotes in it", TEXT, _one_value("key", 'a, "b"')),
]
LINES = [
    *(Damage(name, TEXT, _one_line(change)) for name, change in LINE_CHANGES.items()),
    *(Damage(name, TEXT, _one_line(change, is_lost=False)) for name, change in EXTRA_LINES.items()),
    Damage("a key twice in an object", ("jsonl",), _one_line(lambda line: [_key_twice(line)])),
]
KINDS = [*FILES, *VALUES, *LINES]

# What happens to a packed file; it is found out before a snapshot is made.
PACKED = {
    "cut short": lambda packed: packed[: len(packed) // 2],
    "without its end": lambda packed: packed[:-4],
    "not packed at all": gzip.decompress,
    "another file behind it": lambda packed: packed + b"and more",
    "a flipped byte": lambda packed: packed[:20] + bytes([packed[20] ^ 0xFF]) + packed[21:],
}


def bomb(mega_bytes: int) -> bytes:
    """A gzip file of empty lines that unpacks to about a thousand times its size."""
    return gzip.compress(b"\n" * (mega_bytes << 20))
