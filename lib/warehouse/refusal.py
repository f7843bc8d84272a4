"""The one kind of error a build ends with: a sentence that says what, where and what to do."""

from lib.refusal import Refusal


class BuildRefused(Refusal):
    """A build that publishes nothing; the message names the file, the column or the law that stands against it."""
