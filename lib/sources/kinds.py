"""The ways in: every kind of source with the keys of its block, its secrets and how it is fetched.

A fetcher is a module of this room with one function, fetch(visit). It writes x.part and renames it to x when it is
whole, so that what stands in the target need not be fetched again after an interruption.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from lib.sources import files
from lib.sources.refusal import PullRefused

Settings = Mapping[str, str]


def _nowhere(_relative: str, _mark: str) -> None:
    """A visit outside a pull has no journal."""


@dataclass(frozen=True)
class Earlier:
    """One source in the newest earlier snapshot: its folder there, and what it called each file's version.

    `prints` are the fingerprints its files had then: one that has another by now is not lent again.
    """

    folder: Path
    marks: Mapping[str, str]
    prints: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Visit:
    """One source on one day: what its block and its secrets say, and the folder its files belong in.

    `target` may hold files of an interrupted pull of the same day, and `marks` then what they were marked with.
    `notes` are sentences about what was left out; they are printed and stay in the snapshot's manifest.
    """

    name: str
    settings: Settings
    secrets: Mapping[str, str]
    target: Path
    earlier: Earlier | None
    day: date
    progress: Callable[[str, float], None]
    marks: dict[str, str] = field(default_factory=dict)
    reused: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    write_down: Callable[[str, str], None] = _nowhere

    def mark(self, relative: str, mark: str) -> None:
        """Remember what the source calls this version of a file that stands whole in the target, such as an ETag."""
        self.marks[relative] = mark
        self.write_down(relative, mark)

    def forget(self, relative: str) -> None:
        """Leave no version of a file in the target, and no mark of one."""
        (self.target / relative).unlink(missing_ok=True)
        self.marks.pop(relative, None)

    def has(self, relative: str, mark: str) -> bool:
        """Whether an interrupted pull already brought this version of a file."""
        return self.marks.get(relative) == mark and (self.target / relative).is_file()

    def reuse(self, relative: str, mark: str) -> bool:
        """Take this version of a file from the earlier snapshot, where it still stands as it was."""
        if self.earlier is None or self.earlier.marks.get(relative) != mark:
            return False
        path = self.earlier.folder / relative
        if not path.is_file() or self.earlier.prints.get(relative) != files.sha256(path):
            return False
        files.link(path, self.target / relative)
        self.mark(relative, mark)
        self.reused.add(relative)
        return True

    def note(self, sentence: str) -> None:
        """Remember what a reader of this snapshot has to know, such as a file that was left out."""
        self.notes.append(sentence)


Resolve = Callable[[Settings, Mapping[str, str], str, Path], Settings]


def as_written(settings: Settings, _secrets: Mapping[str, str], _where: str, _folder: Path) -> Settings:
    """The keys of a block, when none of them is a path."""
    return settings


@dataclass(frozen=True)
class Kind:
    """One way in: the keys of its block, the secrets it asks for (each with whether it must), and how it is fetched.

    `resolve` checks the keys and makes paths absolute before anything is fetched. `serves` are the only sources this
    kind can bring; empty means any. `resumes` says whether whole files of an interrupted pull are kept. `callers` are
    the names in the environment or among the secrets that say whose account is asked, where its keys do not: what an
    interrupted pull brought for another one is not kept.
    """

    keys: Mapping[str, bool]
    secrets: Mapping[str, bool]
    fetch: Callable[[Visit], None]
    resolve: Resolve = as_written
    serves: tuple[str, ...] = ()
    resumes: bool = True
    callers: tuple[str, ...] = ()


def fetcher(module: str) -> Callable[[Visit], None]:
    """The fetch of a module of this room, loaded when it is needed: the clients of databases and clouds load slowly."""

    def fetch(visit: Visit) -> None:
        import_module(f"lib.sources.{module}").fetch(visit)

    fetch.__qualname__ = module  # so that it can be told which one it is
    return fetch


def folder_path(settings: Settings, _secrets: Mapping[str, str], where: str, folder: Path) -> Settings:
    """The path of a folder of exports, relative to the sources file."""
    path = folder / settings["path"]
    if path.is_file():
        raise PullRefused(f"{where}: path is the file {path}; name the folder of exports that it lies in")
    if not path.is_dir():
        raise PullRefused(f"{where}: path is {path}, which is not there{beside(path)}")
    return {"path": str(path)}


def beside(path: Path) -> str:
    """What lies where a path that is not there was looked for, the nearest by name; nothing where nothing does."""
    there = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
    near = get_close_matches(path.name, there, n=1, cutoff=0.0)
    return f"; the nearest beside it is {near[0]}" if near else f"; nor is {path.parent}"


def database_url(settings: Settings, secrets: Mapping[str, str], where: str, folder: Path) -> Settings:
    """The URL of a database; one that holds a password is a secret and goes first."""
    from lib.sources import plans_db

    if given := secrets.get("PLANS_DB_URL"):
        plans_db.checked(given, "PLANS_DB_URL in the environment or in .streamlit/secrets.toml")
        return {key: value for key, value in settings.items() if key != "url"}
    if "url" not in settings:
        raise PullRefused(f"{where}: url is missing; a source of kind 'sql' needs one, or PLANS_DB_URL")
    located = plans_db.located(plans_db.checked(settings["url"], f"{where}: url"), folder)
    if plans_db.is_missing(located):
        path = Path(located.partition(":///")[2])
        raise PullRefused(f"{where}: url names {path}, where no SQLite file is{beside(path)}")
    return {**settings, "url": located}


def bucket_keys(settings: Settings, _secrets: Mapping[str, str], where: str, _folder: Path) -> Settings:
    """A bucket, and the prefix its objects lie below, which ends like a folder."""
    bucket = settings["bucket"]
    if bucket.startswith("s3://"):
        name, _, prefix = bucket.removeprefix("s3://").partition("/")
        instead = f'bucket = "{name}"' + (f' and prefix = "{prefix}"' if prefix else "")
        raise PullRefused(f"{where}: bucket is {bucket!r}; write {instead}")
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]|arn:\S+", bucket):
        raise PullRefused(f"{where}: bucket is {bucket!r}; a bucket's name is 3 to 63 small letters, digits, - and .")
    prefix = settings.get("prefix", "").rstrip("/")
    return {**endpoint_keys(settings, {}, where, _folder), **({"prefix": f"{prefix}/"} if prefix else {})}


def endpoint_keys(settings: Settings, _secrets: Mapping[str, str], where: str, _folder: Path) -> Settings:
    """Keys of a service in the net: its endpoint is encrypted, unless it stands on this machine."""
    endpoint = urlsplit(settings.get("endpoint", ""))
    is_safe = endpoint.scheme == "https" or (endpoint.scheme == "http" and endpoint.hostname in LOOPBACK)
    if "endpoint" in settings and not (is_safe and endpoint.hostname):
        given = settings["endpoint"]
        raise PullRefused(f"{where}: endpoint is {given!r}; write https://host, or http://127.0.0.1:port for a test")
    if "region" in settings and not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", settings["region"]):
        raise PullRefused(f"{where}: region is {settings['region']!r}; write it as us-east-1")
    return settings


LOOPBACK = ("127.0.0.1", "localhost", "::1")
AWS_SECRETS = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), False)
AWS_CALLERS = (
    *("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ROLE_ARN"),
    *("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"),
)

SERVICE = {"region": False, "endpoint": False}

KINDS: dict[str, Kind] = {
    "marketplace_api": Kind(
        {"product_id": True, **dict.fromkeys(("product_code", "offer_ids", "listing_id", "parts"), False), **SERVICE},
        AWS_SECRETS,
        fetcher("marketplace_api"),
        endpoint_keys,
        serves=("marketplace_api",),
        callers=AWS_CALLERS,
    ),
    "partner_central": Kind(
        {"catalog": False, **SERVICE},
        AWS_SECRETS,
        fetcher("partner_central"),
        endpoint_keys,
        serves=("partner_central",),
        callers=AWS_CALLERS,
    ),
    "s3": Kind(  # without callers: a bucket is the same whoever asks, and every file is held against its listing
        {"bucket": True, "prefix": False, "region": False, "endpoint": False}, AWS_SECRETS, fetcher("s3"), bucket_keys
    ),
    "folder": Kind({"path": True}, {}, fetcher("files"), folder_path, resumes=False),
    "web_pages": Kind({"path": True}, {}, fetcher("web_pages"), folder_path, serves=("surfaces",), resumes=False),
    "sql": Kind(
        {"url": False, "schema": False},
        {"PLANS_DB_URL": False},
        fetcher("plans_db"),
        database_url,
        serves=("plans_db",),
        resumes=False,
    ),
    "stripe_api": Kind(
        {"endpoint": False, "account": False, "timeout_seconds": False},
        {"STRIPE_API_KEY": True},
        fetcher("stripe_api"),
        serves=("stripe",),
    ),
}
