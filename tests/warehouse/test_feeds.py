"""data/feeds: every raw table declared, and a wrong declaration answered with the nearest right one."""

import re
import tomllib
from pathlib import Path

import pytest

from lib.warehouse.build import DATA
from lib.warehouse.feeds import read_feeds
from lib.warehouse.refusal import BuildRefused
from lib.warehouse.relations import every_relation

BLOCK = """
[signup]
files = "company/signups.csv"
key = ["signup_id"]
dated_by = "signed_up_on"
[signup.columns]
signup_id = "text"
signed_up_on = "date"
"""
SHAPE = '\n[[signup.shapes]]\nname = "X"\nfiles = "x.csv"\n[signup.shapes.columns]\n'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"date"', '"dat"', r"company\.toml, \[signup\], 'signed_up_on': no kind 'dat'; the nearest is 'date'"),
        ('["signup_id"]', '["signupid"]', r"no column 'signupid' is declared; the nearest is 'signup_id'"),
        ('dated_by = "signed_up_on"', 'dated_by = "signed_on"', "no column 'signed_on' is declared"),
        ("key =", 'optional = ["months"]\nkey =', "no column 'months' is declared"),
        (
            "key =",
            'optional = ["signed_up_on"]\nkey =',
            "'signed_up_on' must be of a kind that may be empty: write a ?",
        ),
        ("key =", 'reader = "line"\nkey =', "no reader 'line'; the nearest is 'lines'"),
        (
            BLOCK[-1:],
            '\n[[signup.shapes]]\nname = "X"\nfile = "x.csv"\n',
            "shape 'X': there is no key 'file'; the nearest",
        ),
        (
            BLOCK[-1:],
            f"{SHAPE}signed_on = 'Day'\n",
            "shape 'X': no column 'signed_on' is declared; the nearest is 'signed",
        ),
        (BLOCK[-1:], f"{SHAPE}signed_up_on = {{ as = 'dya' }}\n", "there is no reading 'dya'; the nearest is 'day'"),
    ],
)
def test_a_wrong_declaration_is_one_sentence(tmp_path: Path, old: str, new: str, told: str) -> None:
    path = tmp_path / "company.toml"
    path.write_text(new.join(BLOCK.rsplit(old, 1)))
    with pytest.raises(BuildRefused, match=told):
        read_feeds(tmp_path)


def test_staging_reads_exactly_the_raw_tables_that_are_declared() -> None:
    declared = {f"{'held' if feed.versions_of else 'raw'}.{feed.name}" for feed in read_feeds(DATA / "feeds")}
    house = {
        "raw.slug",
        "raw.billing",
        "raw.own_product",
        "raw.feed",
        "raw.file_load",
        "raw.manifest",
        "raw.event_repeat",
        "raw.file_column",
        "raw.crm_stage",
        "raw.conflict",
        "raw.source_note",
        "raw.marketplace_billing_event",  # every writing of a row, to tell what became of it
    }
    staging = [relation for relation in every_relation() if relation.schema == "staging"]
    read = {name for relation in staging for name in re.findall(r"\b(?:raw|held)\.\w+", relation.select)}
    assert read == declared | house


def test_every_feed_says_how_to_get_it() -> None:
    sources = {feed.source for feed in read_feeds(DATA / "feeds")}
    assert sources == set(tomllib.loads((DATA / "billing.toml").read_text())["stale_after_days"])
    assert {feed.pull for feed in read_feeds(DATA / "feeds")} == {
        f"python -m lib pull --only {source}" for source in sources
    }
