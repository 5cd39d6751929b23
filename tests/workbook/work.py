"""How much work reading a workbook was, counted: the same on every machine, however busy."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from workbook.faults import MAX_UNPACKED
from workbook.xlsx.reading import CHUNK
from workbook.xlsx.streams import MAX_ELEMENTS, MAX_FRAME, Book, XmlStream

MOST_UNPACKED = MAX_UNPACKED + CHUNK  # what goes beyond is seen once it was unpacked
MOST_ELEMENTS = MAX_ELEMENTS + MAX_FRAME


@dataclass
class Work:
    """Bytes unpacked; the streams of XML that were read, each with how many elements it may have."""

    unpacked: int = 0
    streams: list[tuple[XmlStream, int]] = field(default_factory=list)

    @property
    def elements(self) -> int:
        """How many elements were begun."""
        return sum(most - stream.left for stream, most in self.streams)


@contextmanager
def counted() -> Iterator[Work]:
    """Count what is unpacked and parsed inside."""
    work = Work()
    read, begin = zipfile.ZipExtFile.read, XmlStream.__init__

    def reading(part: zipfile.ZipExtFile, *arguments: Any) -> bytes:
        content = read(part, *arguments)
        work.unpacked += len(content)
        return content

    def beginning(stream: XmlStream, book: Book, most: int) -> None:
        work.streams.append((stream, most))
        begin(stream, book, most)

    with patch.object(zipfile.ZipExtFile, "read", reading), patch.object(XmlStream, "__init__", beginning):
        yield work
