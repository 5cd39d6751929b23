"""What is kept of a file that was sent, and what is not taken."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from storage.files import LARGEST, BadFile, checked, random_name

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF"


def photo(kind: str = "JPEG", size: tuple[int, int] = (80, 60), **options: object) -> bytes:
    written = BytesIO()
    Image.new("RGB", size, "teal").save(written, kind, **options)
    return written.getvalue()


def sent(content: bytes, name: str = "photo.jpg", kind: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, kind)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_written_anew_as_jpeg(kind: str) -> None:
    kept = checked(sent(photo(kind), "photo.bin", "text/plain"))
    content = kept.read()
    assert str(kept.name).endswith(".jpg")
    assert Image.open(BytesIO(content)).format == "JPEG"


def test_the_place_and_the_camera_of_a_photo_are_lost() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (31.0, 14.0, 15.0)
    before = photo(exif=exif)
    assert b"SecretCamera" in before
    assert Image.open(BytesIO(before)).getexif().get_ifd(0x8825)
    after = checked(sent(before)).read()
    assert b"SecretCamera" not in after
    assert not Image.open(BytesIO(after)).getexif()
    assert b"Exif" not in after


def test_a_photo_taken_sideways_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert Image.open(checked(sent(photo(size=(80, 60), exif=exif)))).size == (60, 80)


def test_a_large_photo_is_made_smaller() -> None:
    assert max(Image.open(checked(sent(photo(size=(5000, 100))))).size) == 2400


def test_what_hangs_on_behind_a_photo_is_lost() -> None:
    after = checked(sent(photo() + b"<script>alert(1)</script>")).read()
    assert b"script" not in after


def test_a_pdf_is_kept_as_it_is_where_it_is_taken() -> None:
    kept = checked(sent(PDF, "paper.jpg"))
    assert (kept.read(), kept.name) == (PDF, "paper.pdf")
    with pytest.raises(BadFile):
        checked(sent(PDF), images_only=True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.jpg", b"MZ\x90\x00\x03 an executable by another name"),
        ("photo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("photo.html", b"<!doctype html><script>alert(1)</script>"),
        ("photo.jpg", b"<!doctype html><script>alert(1)</script>" + photo()),
        ("photo.pdf", b"<!doctype html><script>alert(1)</script>\n" + PDF),
        ("photo.gif", photo("GIF")),
        ("photo.bmp", photo("BMP")),
        ("photo.jpg", photo()[:200]),
        ("photo.jpg", b""),
    ],
)
def test_anything_else_is_refused_whatever_its_name_says(name: str, content: bytes) -> None:
    with pytest.raises(BadFile, match=name):
        checked(sent(content, name))


def test_ten_megabytes_are_taken_and_a_byte_more_is_not() -> None:
    assert checked(sent(PDF.ljust(LARGEST, b" "))).size == LARGEST
    with pytest.raises(BadFile, match="10"):
        checked(sent(PDF.ljust(LARGEST + 1, b" ")))


def test_a_photo_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    huge = BytesIO()
    Image.new("1", (10_000, 8_000)).save(huge, "PNG")
    assert len(huge.getvalue()) < 100_000
    with pytest.raises(BadFile):
        checked(sent(huge.getvalue(), "huge.png"))


def test_the_name_in_storage_says_nothing_and_is_never_the_same() -> None:
    names = {random_name(None, "病假条-王伟.pdf") for _ in range(100)}
    assert len(names) == 100
    assert all(name.startswith("papers/") and name.endswith(".pdf") and len(name) == 43 for name in names)
