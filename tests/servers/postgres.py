"""An unprivileged PostgreSQL on loopback, in a folder of its own, for as long as a test needs it.

Debian's package starts a cluster of its own on an ordinary machine; this is another, and that one is left alone.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.servers.ports import free_port

PROGRAMS = Path(os.environ.get("POSTGRES_PROGRAMS", "/usr/lib/postgresql"))  # one folder per version, each with bin
SECONDS_TO_START = 60


def missing() -> str | None:
    """Why no server can be started here; None where it can."""
    return None if _program("initdb") and _program("postgres") else "PostgreSQL is not installed: run make browser"


@contextmanager
def running() -> Iterator[str]:
    """The URL of a fresh server, holding one empty database `app` that its user may fill and let others into."""
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder, port = Path(name), free_port()
        _install(folder)
        server = _start(folder, port)
        try:
            _await(folder, port, server)
            yield f"postgresql+psycopg://desk:desk@127.0.0.1:{port}/app"
        finally:
            server.send_signal(signal.SIGINT)  # stop now, and cleanly
            server.wait(timeout=30)


def _program(name: str) -> str | None:
    """The newest version's program, or the one on the path."""
    versions = sorted(PROGRAMS.glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]), reverse=True)
    return str(versions[0]) if versions else shutil.which(name)


def _owner() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: there it runs as nobody."""
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}


def _install(folder: Path) -> None:
    (folder / "password").write_text("desk\n")
    for path in (folder, folder / "password"):
        if owner := _owner():
            os.chown(path, owner["user"], owner["group"])
    options = ["--username=desk", f"--pwfile={folder / 'password'}", "--auth=scram-sha-256"]
    plain = ["--encoding=UTF8", "--no-locale", "--no-sync", f"--pgdata={folder / 'data'}"]
    command = [_program("initdb") or "initdb", *options, *plain]
    subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder, **_owner())


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    settings = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder}
    light = {"fsync": "off", "shared_buffers": "16MB", "max_connections": 20, "jit": "off", "logging_collector": "off"}
    words = [word for key, value in {**settings, **light}.items() for word in ("-c", f"{key}={value}")]
    command = [_program("postgres") or "postgres", "-D", str(folder / "data"), *words]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, stderr=log, stdout=log, cwd=folder, **_owner())


def _await(folder: Path, port: int, server: subprocess.Popen[bytes]) -> None:
    """Until it lets us in: it answers at its port before that."""
    deadline = time.monotonic() + SECONDS_TO_START
    where = f"host=127.0.0.1 port={port} user=desk password=desk dbname=postgres"
    while True:
        try:
            with psycopg.connect(where, autocommit=True) as connection:
                connection.execute("create database app")
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                log = (folder / "log").read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start:\n{log[-2000:]}") from None
        time.sleep(0.1)
