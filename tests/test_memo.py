"""The memo as a file: everything told, everything escaped, nothing from elsewhere, the same bytes every time."""

import dataclasses
import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.exports import Affected, Bar, ExportError, Figure, Group, Guard, memo
from tests.memos import STARTER_PLUS_10, longest

# What a page for print needs; anything else in the file came out of a name.
TAGS = set(
    re.findall(
        r"\w+",
        "html head meta title style body main header footer section div span p h1 h2 ul li b small bdi "
        "table thead tbody tr th td svg text rect line",
    )
)
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><b>",
    "&lt;",
    "{0} %s",
    "\x00\ud800",
    "]]>",
]


class Reader(HTMLParser):
    """Collects tags, attributes and the text between them as a browser would."""

    def __init__(self, content):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.words = [], [], []
        self.feed(content.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def filled(text):
    """A memo that says one text wherever a memo has room for text."""
    return dataclasses.replace(
        STARTER_PLUS_10,
        **dict.fromkeys(["question", "answer", "fingerprint", "span", "reach", "label", "picture"], text),
        **{name: [text] for name in ("changes", "certain", "estimated", "assumed", "assumptions")},
        manifest={text: text},
        figures=[Figure(text, text, text)],
        bars=[Bar(text, 1, text)],
        groups=[Group(text, 1, text)],
        largest=[Affected(text, text, text, text, text)],
        guards=[Guard(text, "kept", text)],
    )


def test_a_memo_says_all_it_was_given():
    text = Reader(memo(STARTER_PLUS_10)).text
    expected = [
        "What if Starter cost a tenth more?",
        "could bring +$51.8k in 12 months (+0.9 %)",
        "as of 31 Oct 2026, result a1b2c3d4e5f6",
        "Starter monthly rises from $299 to $329 (+10.0 %)",
        "+$51,771.38",
        "Range: +$31k to +$52k",
        "Synthetic sample data",
        "Contract-locked",
        "pays 5 to 10 % more 312 +$39,471.38",
        '<script>alert("paid")</script> Starter, Stripe $3,588.00 $3,948.00 +10.0 %',
        "مؤسسة الأفق",
        "to the cent",
        "a survival curve",
        "no study of B2B software exists",
        "✕ broken Annual saving stays two months: Starter annual is 10.0 months",
        "? undecided Gross margin stays above 70 %: needs the unit cost of words",
        "Bands are read as graduated",
        "scenario_hash aa12bb34cc56",
        "book 2026-05-09",
    ]
    assert [words for words in expected if words not in text] == []
    assert "seed" not in text


def test_the_same_memo_is_the_same_bytes():
    assert memo(STARTER_PLUS_10) == memo(STARTER_PLUS_10)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_markup(text):
    read = Reader(memo(filled(text)))
    assert set(read.tags) <= TAGS
    assert sorted(set(read.tags)) == sorted(set(Reader(memo(filled("plain"))).tags))
    assert not [name for name, _ in read.attributes if name.startswith("on") or name in ("src", "href")]


@given(text=st.text(max_size=80))
def test_any_text_leaves_the_page_as_it_is(text):
    content = memo(filled(f"x{text}"))
    assert Reader(content).tags == Reader(memo(filled("plain"))).tags
    assert all(letter.isprintable() or letter in "\n\u200c\u200d" for letter in content.decode())


def test_a_memo_needs_nothing_from_elsewhere_and_runs_nothing():
    for content in (memo(STARTER_PLUS_10), memo(filled("<script>")), memo(longest())):
        page = content.decode()
        assert "default-src 'none'" in page
        assert not re.search(r"https?:|//|url\(|@import|<script|<link|<img|javascript:", page.partition("<body>")[0])
        assert not re.search(r"<(script|link|img|iframe|object|embed|style|a)\b", page.partition("<body>")[2])


def test_only_colours_safe_for_every_eye_carry_meaning():
    """Okabe and Ito's blue and vermilion; the word stands beside each colour as well."""
    assert set(re.findall(r'fill="(#\w+)"', memo(STARTER_PLUS_10).decode())) == {"#0072b2", "#d55e00"}


def test_forty_changes_are_eight_and_thirty_two_more():
    changes = [f"Change number {number} of forty" for number in range(1, 41)]
    text = Reader(memo(dataclasses.replace(STARTER_PLUS_10, changes=changes))).text
    assert "Change number 8 of forty" in text and "Change number 9 of forty" not in text
    assert text.count("and 32 more") == 1


@pytest.mark.parametrize(
    ("field", "count", "more"),
    [("groups", 9, 2), ("largest", 20, 13), ("certain", 5, 2), ("guards", 6, 2), ("assumptions", 5, 1)],
)
def test_a_list_cut_short_says_by_how_much(field, count, more):
    entries = [getattr(STARTER_PLUS_10, field)[0]] * count
    assert f"and {more} more" in Reader(memo(dataclasses.replace(STARTER_PLUS_10, **{field: entries}))).text


def test_what_there_is_nothing_of_is_said_or_left_out():
    bare = dict.fromkeys(("changes", "figures", "bars", "groups", "largest", "estimated", "assumed", "guards"), ())
    text = Reader(memo(dataclasses.replace(STARTER_PLUS_10, **bare, span="", label=""))).text
    assert "Nothing in the book changes." in text
    assert text.count("Nothing: no response is switched on.") == 2
    assert "No guardrail is set." in text
    assert not re.search("Range|Synthetic|Most affected|Who is affected|stands", text)


def test_a_sentence_shares_its_lists_room_with_the_others():
    """One change has the sixteen lines of the list; eight have two each."""
    clamped = [
        re.findall(r"--lines:(\d+)", memo(dataclasses.replace(STARTER_PLUS_10, changes=["x"] * n)).decode())
        for n in (1, 8)
    ]
    assert "16" in clamped[0] and "16" not in clamped[1]


# The picture: bars from one zero line, 152 units of room for all of them


def boxes(*values):
    bars = [Bar("bar", value, "shown") for value in values]
    page = memo(dataclasses.replace(STARTER_PLUS_10, bars=bars)).decode()
    return [
        (float(x), float(width)) for x, width in re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', page)
    ]


def test_bars_are_as_long_as_their_values():
    (_, ten), (_, five), (_, none) = boxes(Decimal(10), 5, 0)
    assert (ten, five, none) == (152, 76, 0)


def test_losses_end_where_gains_begin():
    (gain, gained), (loss, lost) = boxes(30, -10)
    # 152 units hold 40, and begin where the names end, at 112: the loss of 10 takes 38 of them
    assert (loss, gain) == pytest.approx((112, 150))
    assert (gained, lost) == pytest.approx((114, 38))


def test_bars_of_nothing_are_drawn_as_nothing():
    assert [width for _, width in boxes(0, 0.0, Decimal(0))] == [0, 0, 0]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity")])
def test_a_bar_without_a_length_is_refused(value):
    with pytest.raises(ExportError, match="a picture holds finite numbers"):
        boxes(1, value)


def test_a_verdict_nobody_knows_is_refused():
    with pytest.raises(ExportError, match="a guardrail is kept, broken, undecided, not 'passed'"):
        Guard("margin", "passed")
