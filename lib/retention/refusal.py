"""The one kind of error of this room."""

from lib.refusal import Refusal


class RetentionError(Refusal):
    """Data that does not tell what is asked of it; the message says what is missing and what to do instead."""
