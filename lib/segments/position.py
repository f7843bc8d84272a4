"""What a product is to its buyers: what it is worth to each role, against what, and by whose help it reaches them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    """What a product is worth to one role at a buyer: the pain it has, and what answers it."""

    product: str
    role: str
    pain: str
    value: str
    source: str


@dataclass(frozen=True)
class Alternative:
    """What a buyer may take instead of a product, and what it lacks."""

    kind: str
    lacks: str


@dataclass(frozen=True)
class Positioning:
    """What a product says it is, against which alternatives, and what sets it apart."""

    product: str
    line: str
    against: tuple[Alternative, ...]
    differentiators: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Channel:
    """One way to a buyer that somebody else owns, of one product, and what it is for."""

    product: str
    key: str
    label: str
    purpose: str
    source: str
