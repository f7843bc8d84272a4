"""The one kind of error a pull ends with: a sentence that says what, where and what to do."""


class PullRefused(ValueError):
    """A pull that cannot start or finish; the message names the file or table, the key and what to write instead."""
