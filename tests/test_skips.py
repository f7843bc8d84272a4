"""A test that cannot run is skipped and counted, or fails where everything is required."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NEEDS_A_BROWSER = "def test_page(browser_page):\n    assert browser_page\n"


def run_without_a_browser(folder: Path, require_all: str) -> list[str]:
    """The output of a suite of one browser test on a machine without Chromium."""
    (folder / "test_page.py").write_text(NEEDS_A_BROWSER)
    options = "-c pyproject.toml -p tests.conftest -p no:cacheprovider -n 1"
    command = [sys.executable, "-m", "pytest", *options.split(), str(folder)]
    env = {**os.environ, "PATH": str(folder), "CHROMIUM": "", "REQUIRE_ALL": require_all}
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
    return run.stdout.splitlines()


def test_a_skip_is_counted_above_the_closing_line(tmp_path: Path) -> None:
    *_, count, closing = run_without_a_browser(tmp_path, require_all="0")
    assert count == "skipped: 1"
    assert closing.strip("= ").startswith("1 skipped in")


def test_a_skip_is_a_failure_where_everything_is_required(tmp_path: Path) -> None:
    output = run_without_a_browser(tmp_path, require_all="1")
    assert output[-2] == "skipped: 0"
    assert output[-1].strip("= ").startswith("1 error in")
    assert any("REQUIRE_ALL=1: Skipped: no Chromium on this machine" in line for line in output)
