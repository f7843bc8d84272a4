"""An unprivileged MariaDB on loopback, in a folder of its own, for as long as a test needs it."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

from tests.servers.ports import answers, free_port

SEARCH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
SECONDS_TO_START = 60


def missing() -> str | None:
    """Why no server can be started here; None where it can."""
    programs = ("mariadbd", "mariadb-install-db")
    absent = [name for name in programs if not shutil.which(name, path=SEARCH)]
    return f"MariaDB is not installed ({', '.join(absent)} not found): run make browser" if absent else None


@contextmanager
def running() -> Iterator[str]:
    """The URL of a fresh server, holding one empty database `app` that its user may fill and let others into."""
    with tempfile.TemporaryDirectory(prefix="maria") as name:
        folder, port = Path(name), free_port()
        _install(folder)
        server = _start(folder, port)
        try:
            _await(folder, port, server)
            _create_database(folder)
            yield f"mysql+pymysql://desk:desk@127.0.0.1:{port}/app?charset=utf8mb4"
        finally:
            server.terminate()
            server.wait(timeout=30)


def _program(name: str) -> list[str]:
    return [shutil.which(name, path=SEARCH) or name, "--no-defaults"]


def _owner() -> list[str]:
    """MariaDB refuses to run as root: there it runs as nobody."""
    return ["--user=nobody"] if os.getuid() == 0 else []


def _install(folder: Path) -> None:
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    options = ["--auth-root-authentication-method=normal", "--skip-test-db", *_owner()]
    command = [*_program("mariadb-install-db"), f"--datadir={folder / 'data'}", *options]
    subprocess.run(command, check=True, capture_output=True, text=True)


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    places = [f"--datadir={folder / 'data'}", f"--socket={folder / 's'}", f"--pid-file={folder / 'pid'}"]
    network = ["--bind-address=127.0.0.1", f"--port={port}", "--skip-name-resolve"]
    light = ["--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0"]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen([*_program("mariadbd"), *places, *network, *light, *_owner()], stderr=log)


def _await(folder: Path, port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not answers(port):
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"MariaDB did not start:\n{(folder / 'log').read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def _create_database(folder: Path) -> None:
    root = pymysql.connect(unix_socket=str(folder / "s"), user="root")
    with root, root.cursor() as cursor:
        cursor.execute("create database app character set utf8mb4")
        cursor.execute("create user desk@'127.0.0.1' identified by 'desk'")
        cursor.execute("grant all on app.* to desk@'127.0.0.1' with grant option")
        cursor.execute("grant create user on *.* to desk@'127.0.0.1'")
