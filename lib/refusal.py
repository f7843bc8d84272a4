"""The one kind of error that a reader can mend."""


class Refusal(ValueError):
    """Something was refused at the door: the message is one sentence that says what, where and what to do.

    The command line prints it and exits 2, a page shows it; every other error is a bug of ours and surfaces.
    """
