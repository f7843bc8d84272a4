"""Where in data/claims.toml each claim stands, so that a finding can point at its line."""

from __future__ import annotations

import re

_HEADER = re.compile(r"\s*\[\s*claims\s*\.\s*([\"']?)([\w-]+)\1\s*\]\s*(?:#.*)?", re.ASCII)


def block_lines(toml: str) -> dict[str, int]:
    """The text of data/claims.toml → the line on which each claim's block begins, counted from 1."""
    headers = ((number, _HEADER.fullmatch(line)) for number, line in enumerate(toml.splitlines(), start=1))
    return {header[2]: number for number, header in headers if header}
