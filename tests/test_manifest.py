"""A manifest tells two results apart exactly when something they were made from differs."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from lib.manifest import Manifest, fingerprint

BASE = Manifest(date(2026, 10, 31), "2026-05-09", "abc")


def test_the_same_inputs_have_the_same_fingerprint() -> None:
    assert BASE.fingerprint == Manifest(date(2026, 10, 31), "2026-05-09", "abc").fingerprint


def test_every_field_counts() -> None:
    others = [
        replace(BASE, as_of=date(2026, 11, 1)),
        replace(BASE, book_hash="abd"),
        replace(BASE, scenario="honest-20"),
        replace(BASE, warehouse="w2"),
        replace(BASE, synthetic=True),
        replace(BASE, seed=7),
        replace(BASE, paths=2000),
        replace(BASE, paths=2000, part_of=10_000),
        replace(BASE, version="9"),
    ]
    assert len({BASE.fingerprint, *(other.fingerprint for other in others)}) == len(others) + 1


def test_a_price_written_with_more_zeros_is_the_same_price() -> None:
    assert fingerprint({"price": Decimal("0.050")}) == fingerprint({"price": Decimal("0.05")})


def test_a_manifest_is_plain_json_that_ends_with_its_fingerprint() -> None:
    document = BASE.as_dict()
    assert document["as_of"] == "2026-10-31"
    assert document["fingerprint"] == BASE.fingerprint
