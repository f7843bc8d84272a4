"""The sample world, imagined once in memory and written once in miniature."""

import csv
import gzip
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
sys.path.insert(0, str(SAMPLE))

from world import build  # noqa: E402  (the generator's own package, found beside it)

SEED = 20261031
Rows = list[dict[str, str]]


@pytest.fixture(scope="session")
def world() -> build.World:
    return build.imagine(400, SEED, 24)


@pytest.fixture(scope="session")
def records(world: build.World) -> build.Records:
    return build.record(world)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world of 60 customers, as files."""
    folder = tmp_path_factory.mktemp("world")
    build.write(build.imagine(60, SEED, 24), folder, lambda _: None)
    return folder


@pytest.fixture(scope="session")
def table(written: Path) -> Callable[[str], Rows]:
    """Read every file a glob finds, in file order, as text."""

    def read(glob: str) -> Rows:
        paths = sorted(written.glob(glob))
        assert paths, f"nothing written at {glob}"
        return [row for path in paths for row in _rows(path)]

    return read


def _rows(path: Path) -> Rows:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(content.decode("utf-8").splitlines()))
