"""What each persona is offered, on which product surface, and by which motion."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Persona:
    """What one persona is called, what it is offered, on which product surface, and by which motion."""

    key: str
    label: str
    offer: str
    surface: str
    motion: str
    source: str
