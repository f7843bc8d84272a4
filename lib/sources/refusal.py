"""The one kind of error a pull ends with: a sentence that says what, where and what to do."""

from lib.refusal import Refusal


class PullRefused(Refusal):
    """A pull that cannot start or finish; the message names the file or table, the key and what to write instead."""
