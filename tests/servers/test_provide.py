"""The machine's servers are found, or asked for quietly, and their absence stops only a run that requires all."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROVIDE = Path(__file__).with_name("provide")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A machine with a shell, a root user and an apt-get that only writes down what it was asked."""
    for tool in ("bash", "env"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or tool)
    for tool, script in {"id": "echo 0", "apt-get": f'echo "$*" >> {tmp_path}/asked'}.items():
        (tmp_path / tool).write_text(f"#!{tmp_path}/bash\n{script}\n")
        (tmp_path / tool).chmod(0o755)
    return tmp_path


def provide(machine: Path, require_all: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(machine), "REQUIRE_ALL": require_all, "SYSTEM_PATH": "", "POSTGRES_PROGRAMS": str(machine)}
    return subprocess.run([machine / "bash", PROVIDE], env=env, capture_output=True, text=True)


def test_what_is_missing_is_asked_of_the_package_manager(bare: Path) -> None:
    provide(bare, require_all="0")
    asked = (bare / "asked").read_text().splitlines()
    assert asked[0].endswith("update")
    assert [line.rpartition("install ")[2] for line in asked[1:]] == [
        "-y --no-install-recommends chromium",
        "-y --no-install-recommends mariadb-server",
        "-y --no-install-recommends postgresql",
    ]


@pytest.mark.parametrize(("require_all", "status"), [("0", 0), ("1", 1)])
def test_what_cannot_be_had_stops_only_a_run_that_requires_all(bare: Path, require_all: str, status: int) -> None:
    run = provide(bare, require_all)
    assert run.returncode == status
    assert "tests marked browser will be skipped" in run.stderr
    for name in ("MariaDB", "PostgreSQL"):
        assert f"{name}: none on this machine, and none could be installed: tests marked server" in run.stderr


@pytest.mark.parametrize("postgres", ["postgres", "9/bin/postgres"])
def test_what_is_there_is_named_and_nothing_is_installed(bare: Path, postgres: str) -> None:
    """PostgreSQL lies in a folder of its version, where no path leads."""
    for program in ("chromium", "mariadbd", postgres):
        (bare / program).parent.mkdir(parents=True, exist_ok=True)
        (bare / program).write_text(f"#!{bare}/bash\n")
        (bare / program).chmod(0o755)
    run = provide(bare, require_all="1")
    assert run.stdout.splitlines() == [
        f"Chromium: {bare}/chromium",
        f"MariaDB: {bare}/mariadbd",
        f"PostgreSQL: {bare / postgres}",
    ]
    assert not (bare / "asked").exists()
    assert os.access(PROVIDE, os.X_OK)
