"""The one kind of error of this room."""

from lib.refusal import Refusal


class PipelineError(Refusal):
    """A chance or a limit that cannot be; the message says where and what to write instead."""
