"""What does not fit into a file that leaves the desk."""


class ExportError(ValueError):
    """A result that does not fit the format asked for; the message says by how much."""
