"""Who may see which page: read from data/access.toml, asked by the menu and again by every read of data."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from lib.refusal import Refusal

ROLE_VARIABLE = "PRICING_DESK_ROLE"
AT_HOME = ("localhost", "127.0.0.1", "::1")


class AccessError(Refusal):
    """A role the desk does not know, or a file of roles it cannot use."""


class Refused(PermissionError):
    """Data asked for by a role that may open none of the pages it belongs to."""


@dataclass(frozen=True)
class Access:
    """What one role may open, and where it lands."""

    role: str
    landing: str
    pages: frozenset[str]

    def require(self, pages: Iterable[str]) -> None:
        """Pass if the role may open at least one of the pages; otherwise refuse."""
        if self.pages.isdisjoint(pages):
            raise Refused(f"the role {self.role} may not see what belongs to the page {' or '.join(pages)}")


def read(path: Path, role: str | None, address: str | None) -> Access:
    """The file of roles and a role's name → what it may open.

    No name means the file's default where the desk answers this machine alone; elsewhere it is refused.
    """
    document = tomllib.loads(path.read_text())
    roles = document["roles"]
    if not role and address not in AT_HOME:
        raise AccessError(f"the desk is served beyond this machine: set {ROLE_VARIABLE} to one of {', '.join(roles)}")
    wanted = role or document["default"]
    if wanted not in roles:
        raise AccessError(f"{ROLE_VARIABLE} is {wanted!r}, which {path.name} does not have; {_nearest(wanted, roles)}")
    entry = roles[wanted]
    return Access(wanted, entry["landing"], frozenset(entry["pages"]))


def _nearest(wanted: str, roles: Iterable[str]) -> str:
    close = get_close_matches(wanted, list(roles), n=1)
    return f"did you mean {close[0]!r}?" if close else f"the roles are {', '.join(roles)}"
