"""The README's worked example prints what the README says it prints."""

import re
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text()


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no {language} block"
    return found[1]


def test_the_worked_example_prints_what_is_written(tmp_path: Path, desk_folder: Path) -> None:
    (tmp_path / "usage.csv").write_text(block("csv"))
    command, _, expected = block("console").partition("\n")
    words = command.removeprefix("$ .venv/bin/python ").split()
    run = subprocess.run(
        [sys.executable, *words, "--snapshots", str(desk_folder.parent)],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr == ""
    assert run.stdout == expected


def test_every_link_of_the_readme_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert len(links) >= 3
    assert [link for link in links if not (ROOT / link).is_file()] == []
