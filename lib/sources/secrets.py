"""Secrets: from the environment, or from a file that git does not track; never from the file that names the sources."""

from __future__ import annotations

import re
import subprocess
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lib.sources.refusal import PullRefused

FILE = Path(__file__).parents[2] / ".streamlit" / "secrets.toml"
PLACES = "the environment or in .streamlit/secrets.toml"

_KEY_OF_AN_API = r"\b(sk|rk|pk)_(live|test)_\w+|\bwhsec_\w+|\b(AKIA|ASIA)[A-Z0-9]{12,}"
_USERINFO = (
    r"://[^:]*:(?P<password>.+)@"  # up to the last @: clients differ on which one ends it, and a / may stand in it
)
_QUERY = r"[?&;#][\w.-]*(?:pass(?:word|phrase|wd)?|pwd|secret|token|key)[\w.-]*=(?P<value>[^&;#\s]*)"
_PASSWORD, _IN_QUERY = (re.compile(form, re.IGNORECASE | re.DOTALL) for form in (_USERINFO, _QUERY))
_SECRET = re.compile(f"{_KEY_OF_AN_API}|{_USERINFO}|{_QUERY}", re.IGNORECASE | re.DOTALL)
SHORTEST_PIECE = 4  # letters of a password's piece that is looked for by itself: fewer stand in any sentence
_NAME_OF_A_SECRET = re.compile(
    r"(^|[_-])(secret|password|passphrase|passwd|pwd|token|credentials?|api_?key|access_?key|private_?key)([_-]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Secrets:
    """Where secrets are looked up: the environment first, then the file."""

    environ: Mapping[str, str]
    file: Path = FILE

    def of(self, wanted: Mapping[str, bool], where: str) -> dict[str, str]:
        """Names of secrets, each with whether it must be there → their values; none is ever shown."""
        if not wanted:
            return {}
        held = {**_in_file(self.file), **{name: value for name, value in self.environ.items() if value}}
        for name in (name for name, needed in wanted.items() if needed and name not in held):
            near = get_close_matches(name, held, n=1, cutoff=0.8)
            instead = f"there is {near[0]}, but it should be {name}" if near else f"set {name}"
            raise PullRefused(f"{where}: the secret {name} is missing; {instead} in {PLACES}")
        return {name: held[name] for name in wanted if name in held}

    def callers(self, names: Iterable[str]) -> dict[str, str]:
        """What the environment says of who is asking, such as the name of a profile."""
        return {name: self.environ[name] for name in names if self.environ.get(name)}


@contextmanager
def unspoken(held: Mapping[str, str], where: str) -> Iterator[None]:
    """Let no error out of here that quotes a secret: clients of databases and clouds put much into their messages."""
    try:
        yield
    except Exception as error:
        if not any(part in told for part in _parts(held.values()) for told in _told(error)):
            raise
        why = f"{type(error).__name__}, whose words hold a secret and are not shown"
        raise PullRefused(f"{where} could not be pulled ({why}); check its keys and its secrets") from None


def _told(error: BaseException | None) -> Iterator[str]:
    """The words of an error and of the errors behind it; of a refusal only its own, which are all that is printed."""
    while error is not None:
        yield f"{error} {error!r}"
        error = None if isinstance(error, PullRefused) else error.__cause__ or error.__context__


def _parts(values: Iterable[str]) -> Iterator[str]:
    """Secrets, and those inside of one that is a URL, as they are written there and as they are meant."""
    for value in values:
        yield value
        for written in _inside(value):
            yield from {written, unquote(written)} - {""}


def _inside(url: str) -> Iterator[str]:
    """The password of a URL, its pieces where a client may take it for host or port, and the secrets of its query."""
    if found := _PASSWORD.search(url):
        yield from (found["password"], found["password"].partition("@")[0])
        yield from (piece for piece in re.split("[/?#@:]", found["password"]) if len(piece) >= SHORTEST_PIECE)
    yield from (found["value"] for found in _IN_QUERY.finditer(url))


def refuse_written(document: Mapping[str, Any], path: Path) -> None:
    """Refuse a sources file that holds a secret, whatever else is wrong with it; the secret is not shown."""
    for place, key, value in _leaves(document, ()):
        shown = ", ".join(part for part in (f"{path}", f"[{'.'.join(place)}]" if place else "") if part)
        if any(_SECRET.search(word) for word in (*place, key)):
            raise PullRefused(f"{path} has a secret in the place of a key; take it out and put it in {PLACES}")
        is_named_so = _NAME_OF_A_SECRET.search(key) and not _is_column(place)
        if is_named_so or (isinstance(value, str) and _SECRET.search(value)):
            raise PullRefused(
                f"{shown}: {key} is a secret, and this file is no place for one; take it out and put it in {PLACES}"
            )


def _is_column(place: tuple[str, ...]) -> bool:
    """Whether keys are the names of a foreign file's columns, which may well be called token."""
    return bool({"mapping", "columns"}.intersection(place[1:]))


def _leaves(value: Any, place: tuple[str, ...], key: str = "") -> Iterator[tuple[tuple[str, ...], str, Any]]:
    if isinstance(value, Mapping):
        inside = (*place, key) if key else place
        for name, inner in value.items():
            yield inside, name, None  # a table's own name may be a secret too
            yield from _leaves(inner, inside, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, place, key)
    else:
        yield place, key, value


def _in_file(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    if _is_tracked(file):
        raise PullRefused(f"{file} holds secrets, but git tracks it; run git rm --cached on it and change the secrets")
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise PullRefused(f'{file} cannot be read ({type(error).__name__}); write NAME = "value" lines') from None
    return {name: value for name, value in document.items() if isinstance(value, str) and value}


def _is_tracked(file: Path) -> bool:
    command = ["git", "-C", str(file.parent), "ls-files", "--error-unmatch", "--", file.name]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:  # without git nothing is tracked
        return False
