"""The one kind of error of this room: a sentence that says what cannot be kept or found, where, and what to do."""

from lib.refusal import Refusal


class DecisionError(Refusal):
    """A record that cannot be kept, found or read, or a database that does not let us."""
