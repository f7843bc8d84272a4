"""The book read as a careful buyer would."""

import pytest

from lib.catalog.lint import lint
from lib.catalog.scenario import overlaid, read_toml
from tests.conftest import ROOT, cases
from tests.specification import current


@pytest.mark.parametrize("case", cases("lint"))
def test_a_careful_buyer_asks_about(case):
    found = lint(overlaid(current(), case["changes"], "a test"), case.get("decimals", {}))
    assert len(found) == len(case["expect"]), [finding.sentence for finding in found]
    for finding, expected in zip(sorted(found, key=lambda it: it.path), case["expect"], strict=True):
        assert finding.path == expected["path"]
        assert finding.severity == expected.get("severity", "warning")
        assert all(part in finding.sentence for part in expected["says"]), finding.sentence


def test_a_careful_buyer_finds_nothing_in_the_current_book():
    assert lint(current()) == ()


def test_nor_in_any_earlier_book():
    from lib.catalog.book import parse

    for path in sorted((ROOT / "data" / "books").glob("*.toml")):
        assert lint(parse(read_toml(path.read_text(), path.name))) == ()
