"""What the desk knows of deals, where its file names something that another file must have."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from lib.desk import Desk, DeskError, dealing


def test_a_pitch_is_a_claim_that_is_on_file(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(desk.data, folder, ignore=shutil.ignore_patterns("sample", "feeds"))
    text = (folder / "pipeline.toml").read_text()
    assert 'aws = "spend_counts_against_commit"' in text
    (folder / "pipeline.toml").write_text(text.replace('aws = "spend', 'aws = "spent'))
    told = (
        r"pipeline\.toml: pitches\.aws is 'spent_counts_against_commit', which is no claim; did you mean 'spend_counts"
    )
    with pytest.raises(DeskError, match=told):
        dealing.pitches(replace(desk, data=folder))
    assert dealing.pitches(desk)
