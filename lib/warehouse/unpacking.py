"""Packed files → their bytes, refused before they fill the memory: a few kilobytes can unpack to terabytes."""

from __future__ import annotations

import gzip
import io
import zlib

from lib.warehouse.refusal import BuildRefused

LARGEST_BYTES = 1 << 29  # of an export that is read whole; metering is read in blocks
BLOCK_BYTES = 1 << 20


def unpacked(path: str, content: bytes, largest: int = LARGEST_BYTES) -> bytes:
    """A file's content, unpacked where its name ends in .gz."""
    if not path.lower().endswith(".gz"):
        return content
    whole = bytearray()
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            while block := stream.read(BLOCK_BYTES):
                whole += block
                if len(whole) > largest:
                    raise BuildRefused(f"{path} unpacks to more than {largest} bytes; split the export into parts")
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BuildRefused(f"{path} is not a whole gzip file; export it again") from None
    return bytes(whole)
