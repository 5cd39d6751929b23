"""Recognize files that are no Office Open XML by their bytes, and say how each becomes a workbook."""

import codecs
from pathlib import Path

from django.utils.translation import gettext as _

from workbook.faults import MAX_UNPACKED, Unreadable, no_workbook

HEAD = 2048
"""How many of a file's first bytes tell what it is."""
_CHUNK = 1024 * 1024
_COMPOUND = b"\xd0\xcf\x11\xe0"  # the container of Office before 2007, and of what is encrypted since
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BOOKS = tuple(f"{name}\0".encode("utf-16-le") for name in ("Workbook", "Book"))  # of Excel 97, of Excel 5
_PAGES = (b"<html", b"<table", b"<!doctype html", b"mime-version:", b"<meta ")
_XML_OF_2003 = (b"urn:schemas-microsoft-com:office:spreadsheet", b'progid="excel.sheet"')
_FLAT = b"urn:oasis:names:tc:opendocument"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def foreign(path: Path, head: bytes) -> Unreadable:
    """What a file is that begins with ``head`` and not as a workbook does, in one sentence with the way out."""
    if head.startswith(_COMPOUND):
        return Unreadable(_compound(path) % {"name": path.name})
    words = head.lower().replace(b"\0", b"") if head.startswith(_UTF_16) else head.lower()
    if any(mark in words for mark in _XML_OF_2003):
        told = _("%(name)s is no Excel workbook but an XML spreadsheet of 2003; save it as .xlsx in Excel or WPS.")
    elif _FLAT in words:
        told = _("%(name)s is no Excel workbook: save it in LibreOffice as Excel 2007–365 (.xlsx).")
    elif any(mark in words for mark in _PAGES):
        told = _(
            "%(name)s is no Excel workbook but a web page under its name, as some programs export;"
            " open it in Excel or WPS and save it as .xlsx."
        )
    elif _is_table(head):
        told = _(
            "%(name)s is no Excel workbook but a table as text (.csv); open it in Excel or WPS, see that no number has"
            " lost its leading zeros, and save it as .xlsx."
        )
    else:
        return no_workbook(path.name)
    return Unreadable(told % {"name": path.name})


def _compound(path: Path) -> str:
    """A compound file by the names of its streams, which stand anywhere in it."""
    last = found = b""
    with path.open("rb") as file:
        while file.tell() <= MAX_UNPACKED and (chunk := file.read(_CHUNK)):
            found = last + chunk
            if _ENCRYPTED in found:
                return _("%(name)s has a password; open it, take the password away and save it as .xlsx.")
            if any(name in found for name in _BOOKS):
                return _("%(name)s is an old workbook (.xls or .et); save it as .xlsx without a password.")
            last = chunk[-len(_ENCRYPTED) :]
    return _("%(name)s is an old .xls or has a password; save it as .xlsx without a password.")


def _is_table(head: bytes) -> bool:
    """Whether a file begins with text that commas, semicolons or tabs part, in an encoding of Excel or WPS."""
    if head.startswith(_UTF_16):
        return True
    line = head.lstrip(b"\xef\xbb\xbf\r\n").partition(b"\n")[0]
    if not any(mark in line for mark in b",;\t"):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            words = codecs.getincrementaldecoder(encoding)().decode(line)  # the last letter may be cut off
        except UnicodeDecodeError:
            continue
        return words.replace("\t", " ").strip().isprintable()
    return False
