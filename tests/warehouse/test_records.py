"""Quoted exports: what RFC 4180 allows is read, and what it does not allow costs one line."""

import pytest

from lib.warehouse.records import CUT, Lines, Record, delimiter_of, read_records, split_lines


def read(*lines: str, width: int = 3, delimiter: str = ",") -> list[Record]:
    return list(read_records(Lines(lines), 0, width, delimiter))


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("a,b,c", ("a", "b", "c")),
        (",,", ("", "", "")),
        ('"Acme, Inc.",US,x', ("Acme, Inc.", "US", "x")),
        ('"the ""best"" one",b,c', ('the "best" one', "b", "c")),
        ("Büro – Köln,日本,c", ("Büro – Köln", "日本", "c")),
        ("a\u2028b,c\x0bd,e", ("a\u2028b", "c\x0bd", "e")),
    ],
)
def test_a_well_formed_line_is_its_fields(line: str, fields: tuple[str, ...]) -> None:
    assert read(line) == [Record(1, 1, line, fields)]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("a,b", "2 fields where the header has 3"),
        ("a,b,c,d", "4 fields where the header has 3"),
        ('a,b"c,d', "odd number of quotes"),
        ('"a"b,c,d', "quotes out of order (',' expected after '\"')"),
        ('a,b"c"d,e', "quotes out of order (a quote inside a field that is not quoted)"),
        ('a, "b",c', "quotes out of order (a quote inside a field that is not quoted)"),
        ("a,\N{REPLACEMENT CHARACTER},c", "bytes that are not UTF-8"),
    ],
)
def test_a_faulty_line_says_what_is_wrong(line: str, fault: str) -> None:
    assert read(line) == [Record(1, 1, line, fault=fault)]


def test_a_field_may_run_on_over_lines_and_the_record_says_how_many() -> None:
    first, second = read('a,"two', "lines", 'here",c', "d,e,f")
    assert (first.line, first.lines, first.fields) == (1, 3, ("a", "two\nlines\nhere", "c"))
    assert (second.line, second.fields) == (4, ("d", "e", "f"))


def test_a_stray_quote_does_not_take_the_lines_after_it() -> None:
    records = read("a,b,c", '"d,e,f', *["g,h,i"] * 100)
    assert [record.line for record in records if record.fault] == [2]
    assert len([record for record in records if record.fields]) == 101


def test_two_stray_quotes_do_not_swallow_what_stands_between_them() -> None:
    records = read('"a,b,c', "d,e,f", 'g,h,"i', "j,k,l")
    assert [(record.line, record.fault) for record in records if record.fault] == [
        (1, "odd number of quotes"),
        (3, "odd number of quotes"),
    ]
    assert [record.fields for record in records if record.fields] == [("d", "e", "f"), ("j", "k", "l")]


def test_blank_lines_are_neither_rows_nor_faults() -> None:
    assert [record.is_blank for record in read("", "a,b,c", "  ")] == [True, False, True]


def test_every_line_belongs_to_exactly_one_record() -> None:
    lines = ['"', "a,b,c", '"x', 'y",b,c', "", '"""', "a,b", 'q"']
    assert sum(record.lines for record in read(*lines)) == len(lines)


@pytest.mark.parametrize(
    ("content", "texts", "is_cut"),
    [
        (b"\xef\xbb\xbfa,b\r\nc,d\n", ("a,b", "c,d"), False),
        (b"a\nb", ("a", "b"), True),
        (b"", (), False),
        (b"\n\n", ("", ""), False),
        (b"\xef\xbb\xbf", (), False),  # a mark and nothing else is nothing
    ],
)
def test_line_ends_and_byte_order_marks_are_no_content(content: bytes, texts: tuple[str, ...], is_cut: bool) -> None:
    assert split_lines(content) == Lines(texts, is_cut)


def test_what_is_not_utf8_is_read_in_the_encoding_of_its_shape_or_marked() -> None:
    assert split_lines("Köln\n".encode("cp1252"), "cp1252") == Lines(("Köln",))
    assert split_lines("Köln\n".encode(), "cp1252") == Lines(("Köln",))
    assert split_lines("Köln\n".encode("cp1252")) == Lines(("K\N{REPLACEMENT CHARACTER}ln",))


def test_one_broken_byte_makes_no_file_of_another_encoding() -> None:
    """Else the good names of a damaged file would change: Köln would be read as KÃ¶ln."""
    content = "Zoë\n".encode("cp1252") + "Köln\n".encode()
    assert split_lines(content, "cp1252") == Lines(("Zo\N{REPLACEMENT CHARACTER}", "Köln"))


@pytest.mark.parametrize(
    ("last", "fault"), [("d,e,1249", CUT), ('d,e,"1249"', None), ("d,e", "2 fields where the header has 3")]
)
def test_a_last_line_without_an_end_is_trusted_only_up_to_a_closing_quote(last: str, fault: str | None) -> None:
    """1249 may be the beginning of 124900, and nothing in the file says that it is not."""
    *_, record = read_records(Lines(("a,b,c", last), is_cut=True), 0, 3, ",")
    assert record.fault == fault


def test_a_carriage_return_inside_a_line_is_no_line_end() -> None:
    assert read("a,b\rc,d")[0].fault == "a carriage return inside the line"


def test_semicolons_are_seen_in_the_header() -> None:
    assert delimiter_of("Record ID;Deal Name;Amount") == ";"
    assert delimiter_of("Record ID,Deal; Name") == ","
    assert read("a;b,c;d", delimiter=";")[0].fields == ("a", "b,c", "d")
