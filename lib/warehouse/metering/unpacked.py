"""The bytes of a usage file as blocks of whole lines: unpacked within limits, in UTF-8, each line ended by LF."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from lib.warehouse.refusal import BuildRefused

BLOCK_BYTES = 1 << 23
LONGEST_LINE = 1 << 24  # bytes of one line; a file without line ends is no file of lines
MOST_BYTES = 1 << 36  # of one file, unpacked
FREE_BYTES = 1 << 26  # below this nobody asks how well a file was packed
MOST_TIMES = 250  # as large as its packed file; usage packs 5 to 50 times, a bomb 1,000 times
UTF_8_MARK = codecs.BOM_UTF8
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def whole_lines(path: Path, name: str) -> Iterator[bytes]:
    """Blocks of whole lines without a byte-order mark; only the last one may lack its line end."""
    rest = b""
    for chunk in _lf(_utf_8(_unpacked(path, name))):
        text = rest + chunk
        end = text.rfind(b"\n") + 1
        rest = text[end:]
        if end:
            yield text[:end]
        if len(rest) > LONGEST_LINE:
            raise BuildRefused(
                f"{name} has a line of more than {LONGEST_LINE >> 20} MB, so it is no file of one record per line; "
                "export it again"
            )
    if rest:
        yield rest


def insist_on_size(name: str, packed: int, unpacked: int) -> None:
    """Refuse a file that unpacks to more than any export would."""
    if unpacked > MOST_BYTES or unpacked > max(FREE_BYTES, MOST_TIMES * packed):
        raise BuildRefused(
            f"{name} unpacks to more than {max(unpacked >> 20, 1):,} MB from {packed:,} bytes, which no export does; "
            "nothing was published: remove it at its source"
        )


def _unpacked(path: Path, name: str) -> Iterator[bytes]:
    packed, size = path.stat().st_size, 0
    try:
        with _opened(path) as stream:
            while chunk := stream.read(BLOCK_BYTES):
                size += len(chunk)
                insist_on_size(name, packed, size)
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise BuildRefused(f"{name} is not a whole gzip file; deliver it again, then run: python -m lib pull") from None


def _opened(path: Path) -> BinaryIO:
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]


def _utf_8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """UTF-16 is known by its mark and becomes UTF-8; half a letter of it stays a byte that is no text."""
    first = next(chunks, b"")
    if not first.startswith(UTF_16_MARKS):
        yield first.removeprefix(UTF_8_MARK)
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder("utf-16")(errors="surrogatepass")
    yield decoder.decode(first).encode("utf-8", "surrogatepass")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "surrogatepass")
    if decoder.getstate()[0]:
        yield b"\xff"


def _lf(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """CRLF → LF, and CR → LF in a file that knows no LF; a CR that ends a chunk waits for what follows it."""
    first = next(chunks, b"")
    if b"\r" in first and b"\n" not in first:
        yield first.replace(b"\r", b"\n")
        yield from (chunk.replace(b"\r", b"\n") for chunk in chunks)
        return
    held = b""
    for chunk in chain([first], chunks):
        if not held and b"\r" not in chunk:
            yield chunk
            continue
        text = held + chunk
        held = b"\r" if text.endswith(b"\r") else b""
        yield text[: len(text) - len(held)].replace(b"\r\n", b"\n")
    yield held
