"""The real Streamlit server on a free port, started like `make run` does, with its log kept."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 60
STRICT = {"STREAMLIT_RUNNER_ENFORCE_SERIALIZABLE_SESSION_STATE": "true"}


@dataclass(frozen=True)
class App:
    """A running desk: where it answers and what it has logged so far."""

    url: str
    port: int
    log: Path

    def logged(self) -> str:
        return self.log.read_text(errors="replace")


@contextmanager
def running(env: Mapping[str, str] | None = None, script: str = "app.py") -> Iterator[App]:
    """Serve the desk, or another script, under these environment variables until the block ends."""
    with tempfile.TemporaryDirectory(prefix="desk") as name:
        port, log = free_port(), Path(name) / "server.log"
        app = App(f"http://localhost:{port}", port, log)
        with log.open("wb") as sink:
            command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
            own = {**os.environ, "PYTHONPATH": str(ROOT), **STRICT, **(env or {})}
            server = subprocess.Popen(command, cwd=ROOT, env=own, stdout=sink, stderr=subprocess.STDOUT)
        try:
            _await(app, server)
            yield app
        finally:
            server.terminate()
            server.wait(timeout=30)


def health(app: App) -> str:
    """What the server answers when asked how it is."""
    with urlopen(f"{app.url}/_stcore/health", timeout=5) as answer:
        return str(answer.read().decode())


def _await(app: App, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            if health(app) == "ok":
                return
        except (URLError, OSError):
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the desk did not start:\n{app.logged()[-4000:]}") from None
        time.sleep(0.1)
