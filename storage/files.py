"""Files that people send: checked by their content, kept under names that say nothing."""

import logging
import secrets
import struct
import zlib
from io import BytesIO
from typing import Any

import pillow_heif
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from pypdf import PasswordType, PdfReader
from pypdf.errors import PdfReadError, PyPdfError

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
"""The most bytes of a file that is kept as it is."""
LARGEST_PHOTO = 50 * MEGABYTE
"""The most bytes of a photo: it is made smaller before it is kept."""
_LONGEST_SIDE = 2400  # pixels: a photographed page stays readable
_MOST_PIXELS = 60_000_000  # that are unpacked: 240 MB
_MOST_PIXELS_REDUCED = 250_000_000  # of a JPEG that is unpacked at a part of its size: phones take up to 200 million
_BAND = 64  # rows of what is kept, made at a time
_JPEG = ("JPEG", "MPO")  # phones put a second picture behind the first
_IMAGES = ("JPEG", "PNG", "WEBP", "HEIF")
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_GREY = ("1", "L", "LA", "La", "I", "I;16", "I;16B", "I;16L")
_PDF = b"%PDF-"
_PDF_HEAD = _PDF_TAIL = 1024  # bytes among which a PDF begins, and ends
_PDF_ENDS = (b"%%EOF", b"startxref")
_BLANK = b"\0\t\n\r "
_BROKEN_PDF = (
    PyPdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError, zlib.error,
    NotImplementedError, struct.error,
)  # fmt: skip
_BROKEN_PHOTO = (
    UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, LookupError, RuntimeError, EOFError,
    zlib.error, struct.error, Image.DecompressionBombError,
)  # fmt: skip
PHOTOS = "image/jpeg,image/png,image/webp,image/heic,image/heif"
"""The types of photo that are taken, as a form names them to the browser."""
TYPES = {"jpg": "image/jpeg", "pdf": "application/pdf"}
"""The kinds of file that are kept, by the end of their name."""

Image.MAX_IMAGE_PIXELS = _MOST_PIXELS_REDUCED
logging.getLogger("pypdf").setLevel(logging.ERROR)  # what it overlooks in a file is nobody's worry
pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


class BadFile(ValueError):
    """A file that is not taken; ``str()`` says why, in the reader's language."""


def random_name(_instance: Any, filename: str) -> str:
    """A name that cannot be guessed; only its end comes from the file."""
    return f"papers/{secrets.token_hex(16)}.{filename.rpartition('.')[2]}"


def checked(sent: "UploadedFile[Any]", *, images_only: bool = False) -> "ContentFile[bytes]":
    """What is kept of a file that was sent: a PDF as it is, a photo written anew (no place, no camera in it).

    Raises BadFile for anything else, whatever its name says, for a PDF of more than ``LARGEST`` bytes or that can't be
    read, and for a photo of more than ``LARGEST_PHOTO``.
    """
    name, head = sent.name or "", sent.read(_PDF_HEAD)
    sent.seek(0)
    if not images_only and _begins_pdf(head):
        _refuse_larger(sent, LARGEST)
        content = sent.read()
        _refuse_unreadable(content, name)
        return ContentFile(content, name="paper.pdf")
    _refuse_larger(sent, LARGEST_PHOTO)
    return ContentFile(_photo(sent, name, images_only=images_only), name="paper.jpg")


def _refuse_larger(sent: "UploadedFile[Any]", most: int) -> None:
    if sent.size is None or sent.size > most:
        raise BadFile(
            _("%(name)s is larger than %(size)s MB; take the photo in a smaller size.")
            % {"name": sent.name, "size": most // MEGABYTE}
        )


# --- PDFs -------------------------------------------------------------------------------------------------
def _begins_pdf(head: bytes) -> bool:
    """Whether a PDF begins here: other bytes may stand before, but nothing that a browser might take for a page."""
    before, found, _rest = head.partition(_PDF)
    return bool(found) and b"<" not in before


def _refuse_unreadable(content: bytes, name: str) -> None:
    """Refuse a PDF that asks for a password, and one that lacks a part."""
    is_whole = any(mark in content.rstrip(_BLANK)[-_PDF_TAIL:] for mark in _PDF_ENDS)
    try:
        reader = _reader(content[content.index(_PDF) :].rstrip(_BLANK))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise BadFile(_("%(name)s is locked with a password; send it without one.") % {"name": name})
        is_whole = is_whole and reader.get_num_pages() > 0
    except BadFile:
        raise
    except _BROKEN_PDF:
        is_whole = False
    if not is_whole:
        raise BadFile(_("%(name)s can't be read: a part of the PDF is missing. Send it once more.") % {"name": name})


def _reader(content: bytes) -> PdfReader:
    """The reader of a PDF; where it does not say at which byte its table begins, the table is made anew."""
    try:
        return PdfReader(BytesIO(content))
    except PdfReadError:
        return PdfReader(BytesIO(content + b"\nstartxref\n0\n%%EOF\n"))


# --- photos -----------------------------------------------------------------------------------------------
def _photo(sent: "UploadedFile[Any]", name: str, *, images_only: bool) -> bytes:
    """A photo as a JPEG, upright, on white, no longer than ``_LONGEST_SIDE``."""
    try:
        with Image.open(sent, formats=_IMAGES) as image:
            turn = _UPRIGHT.get(_orientation(image))
            _refuse_too_many(image, name)
            kept = _small(image)
    except BadFile:
        raise
    except _BROKEN_PHOTO as error:
        raise BadFile(
            (
                _("%(name)s is no photo (JPEG, PNG, WebP, HEIC).")
                if images_only
                else _("%(name)s is no photo (JPEG, PNG, WebP, HEIC) and no PDF.")
            )
            % {"name": name}
        ) from error
    kept.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    if turn is not None:
        kept = kept.transpose(turn)
    written = BytesIO()
    kept.save(written, "JPEG", quality=85)
    return written.getvalue()


def _orientation(image: Image.Image) -> int:
    """How the camera was held; upright where the notes of the camera can't be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except (ValueError, TypeError, SyntaxError, OSError, LookupError, struct.error):
        return 1


def _refuse_too_many(image: Image.Image, name: str) -> None:
    """Refuse what would take too much memory; a JPEG is unpacked at a part of its size where it is large."""
    most = _MOST_PIXELS
    if image.format in _JPEG and not image.info.get("progressive"):
        most = _MOST_PIXELS_REDUCED
    is_small = image.width * image.height <= most
    share = max(1, max(image.size) // _LONGEST_SIDE)
    image.draft(None, (image.width // share, image.height // share))
    if not is_small or image.width * image.height > _MOST_PIXELS:
        raise BadFile(_("%(name)s has too many pixels; take the photo in a smaller size.") % {"name": name})


def _small(image: Image.Image) -> Image.Image:
    """A photo in grey or in colours, at most twice as long as what is kept; a band at a time, as it may be large."""
    share = max(1, max(image.size) // _LONGEST_SIDE)
    image.load()
    size = (-(-image.width // share), -(-image.height // share))
    small = Image.new("L" if image.mode in _GREY else "RGB", size)
    for top in range(0, image.height, share * _BAND):
        band = image.crop((0, top, image.width, min(image.height, top + share * _BAND)))
        band.info = image.info  # says which colour is transparent
        small.paste(_plain(band, small.mode).reduce(share), (0, top // share))
    return small


def _plain(band: Image.Image, mode: str) -> Image.Image:
    """Eight bits a colour, what is transparent on white."""
    if band.mode.startswith("I"):
        return band.convert("I").point(lambda depth: depth / 256).convert("L")  # of sixteen bits, the upper eight
    if not band.has_transparency_data:
        return band.convert(mode)
    clear = band.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert(mode)
