"""Files that people send: checked by their content, kept under names that say nothing."""

import secrets
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MEGABYTE = 1024 * 1024
LARGEST = 10 * MEGABYTE
_LONGEST_SIDE = 2400  # pixels: a photographed page stays readable
_MOST_PIXELS = 60_000_000
_IMAGES = ("JPEG", "PNG", "WEBP")
_PDF = b"%PDF-"
TYPES = {"jpg": "image/jpeg", "pdf": "application/pdf"}
"""The kinds of file that are kept, by the end of their name."""


class BadFile(ValueError):
    """A file that is not taken; ``str()`` says why, in the reader's language."""


def random_name(_instance: Any, filename: str) -> str:
    """A name that cannot be guessed; only its end comes from the file."""
    return f"papers/{secrets.token_hex(16)}.{filename.rpartition('.')[2]}"


def checked(sent: UploadedFile, *, images_only: bool = False) -> ContentFile:
    """What is kept of a file that was sent: a PDF as it is, a photo written anew (no place, no camera in it).

    Raises BadFile for anything else, whatever its name says, and for more than ``LARGEST`` bytes.
    """
    if sent.size is None or sent.size > LARGEST:
        raise BadFile(
            _("%(name)s is larger than %(size)s MB; take the photo in a smaller size.")
            % {"name": sent.name, "size": LARGEST // MEGABYTE}
        )
    content = sent.read()
    if content.startswith(_PDF) and not images_only:
        return ContentFile(content, name="paper.pdf")
    return ContentFile(_photo(content, sent.name or ""), name="paper.jpg")


def _photo(content: bytes, name: str) -> bytes:
    try:
        with Image.open(BytesIO(content), formats=_IMAGES) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise BadFile(_("%(name)s has too many pixels; take the photo in a smaller size.") % {"name": name})
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, BadFile):
            raise
        raise BadFile(_("%(name)s is no photo (JPEG, PNG, WebP) and no PDF.") % {"name": name}) from error
    upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    written = BytesIO()
    upright.save(written, "JPEG", quality=85)
    return written.getvalue()
