"""What is kept of a file that was sent, and what is not taken."""

from io import BytesIO
from pathlib import Path

import pillow_heif
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin
from pypdf import PdfWriter

from storage.files import LARGEST, LARGEST_PHOTO, BadFile, checked, random_name

CASES = Path(__file__).parent / "cases"


def a_pdf(pages: int = 1, password: str | None = None, **options: object) -> bytes:
    book, written = PdfWriter(), BytesIO()
    for _page in range(pages):
        book.add_blank_page(200, 200)
    if password is not None:
        book.encrypt(password, algorithm="AES-256", **options)
    book.write(written)
    return written.getvalue()


PDF = a_pdf()


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


def test_ten_megabytes_of_a_pdf_are_taken_and_a_byte_more_is_not() -> None:
    assert checked(sent(PDF.ljust(LARGEST, b" "))).size == LARGEST
    with pytest.raises(BadFile, match="10"):
        checked(sent(PDF.ljust(LARGEST + 1, b" ")))


def test_a_photo_of_fifty_megabytes_is_taken_and_a_byte_more_is_not() -> None:
    assert checked(sent(photo().ljust(LARGEST_PHOTO, b" "))).size < 10_000
    with pytest.raises(BadFile, match="50"):
        checked(sent(photo().ljust(LARGEST_PHOTO + 1, b" ")))


# --- photos as phones and scanners make them --------------------------------------------------------------
def kept_of(image: Image.Image, kind: str = "PNG", **options: object) -> Image.Image:
    written = BytesIO()
    image.save(written, kind, **options)
    return Image.open(checked(sent(written.getvalue())))


def test_notes_of_the_camera_that_are_broken_are_no_error_and_the_photo_is_turned() -> None:
    content = (CASES / "exif-bytes_in_long.jpg").read_bytes()
    before = Image.open(BytesIO(content))
    assert Image.open(checked(sent(content))).size == (before.height, before.width)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0XX*\0\x08\0\0\0",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x02\0\x04\0\0\0abc\0\0\0\0\0",  # the orientation is a word
    ],
)
def test_notes_of_the_camera_that_cannot_be_read_leave_a_photo_as_it_is(exif: bytes) -> None:
    assert Image.open(checked(sent(photo(exif=exif)))).size == (80, 60)


@pytest.mark.parametrize("turn", range(1, 9))
def test_each_way_to_hold_a_camera_ends_upright(turn: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    lying = Image.new("RGB", (80, 60), "white")
    lying.paste("black", (0, 0, 20, 20))
    corner = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1), 8: (0, 1)}[turn]
    kept = kept_of(lying, "JPEG", exif=exif)
    found = [
        (x, y)
        for x in (0, 1)
        for y in (0, 1)
        if kept.convert("L").getpixel((x * (kept.width - 1), y * (kept.height - 1))) < 128
    ]
    assert found == [corner]


@pytest.mark.parametrize(
    ("kind", "mode"), [("WEBP", "RGBA"), *(("PNG", mode) for mode in ("RGBA", "LA", "P", "L", "RGB"))]
)
def test_what_is_transparent_is_white(kind: str, mode: str) -> None:
    options: dict[str, object] = {}
    if mode in ("RGBA", "LA"):
        clear = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
        clear.paste((9, 9, 9, 255), (0, 0, 10, 10))
        clear = clear.convert(mode)
    else:  # one colour stands for transparent
        clear = Image.new(mode, (40, 30), 0)
        clear.paste({"P": 1, "L": 90, "RGB": (90, 90, 90)}[mode], (0, 0, 10, 10))
        options = {"transparency": (0, 0, 0) if mode == "RGB" else 0}
        if mode == "P":
            clear.putpalette([0, 0, 0, 9, 9, 9])
    kept = kept_of(clear, kind, **options).convert("L")
    assert kept.getpixel((35, 25)) > 245
    assert kept.getpixel((4, 4)) < 120


def test_a_scan_of_sixteen_bits_is_kept_as_grey() -> None:
    row = b"".join((place * 1024).to_bytes(2, "little") for place in range(64))
    steps = Image.frombytes("I;16", (64, 64), row * 64)
    kept = kept_of(steps)
    assert kept.mode == "L"
    for place in range(2, 62):
        assert abs(kept.getpixel((place, 32)) - place * 4) <= 3, place
    scan = Image.open(checked(sent((CASES / "scan-16bit.png").read_bytes())))
    assert (scan.mode, scan.getpixel((300, 400))) == ("L", 234)


@pytest.mark.parametrize("mode", ["1", "L", "LA"])
def test_grey_stays_grey(mode: str) -> None:
    assert kept_of(Image.new(mode, (40, 30))).mode == "L"


def test_the_colours_of_print_become_those_of_a_screen() -> None:
    red = kept_of(Image.new("CMYK", (40, 30), (0, 255, 255, 0)), "JPEG").getpixel((20, 15))
    assert red[0] > 200 > 60 > max(red[1:])


def test_a_photo_of_an_iphone_is_read_whatever_its_name_says() -> None:
    taken = BytesIO()
    image = Image.new("RGB", (80, 60), "white")
    image.paste("black", (0, 0, 40, 60))
    pillow_heif.from_pillow(image).save(taken)
    kept = checked(sent(taken.getvalue(), "IMG_0001.jpg"))
    shown = Image.open(kept).convert("L")
    assert (shown.format, kept.name, shown.size) == (None, "paper.jpg", (80, 60))
    assert shown.getpixel((10, 30)) < 40 < 215 < shown.getpixel((70, 30))


def test_two_pictures_in_one_file_are_the_first_of_them() -> None:
    both = BytesIO()
    first, second = Image.new("RGB", (80, 60), "black"), Image.new("RGB", (80, 60), "white")
    first.save(both, "MPO", save_all=True, append_images=[second])
    assert Image.open(checked(sent(both.getvalue()))).convert("L").getpixel((5, 5)) < 10


class Unpacked(Exception):
    """Where a photo would be unpacked, with the pixels that would take."""


@pytest.fixture
def unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No photo is unpacked: how many pixels it would be is raised instead."""

    def load(image: Image.Image) -> None:
        raise Unpacked(image.width * image.height)

    for kind in (JpegImagePlugin.JpegImageFile, PngImagePlugin.PngImageFile, ImageFile.ImageFile):
        monkeypatch.setattr(kind, "load", load)


def a_head(size: tuple[int, int], *, progressive: bool = False) -> bytes:
    """A JPEG that says to be of this size; what comes behind is too short for it."""
    content = bytearray(photo(progressive=progressive))
    place = content.index(b"\xff\xc2" if progressive else b"\xff\xc0")
    content[place + 5 : place + 9] = size[1].to_bytes(2) + size[0].to_bytes(2)
    return bytes(content)


@pytest.mark.parametrize("size", [(16_320, 12_240), (12_000, 9_000), (4_000, 3_000), (60_000, 4_000), (2_000, 60_000)])
def test_a_photo_of_two_hundred_million_pixels_is_unpacked_at_a_part_of_its_size(
    unpacks: None, size: tuple[int, int]
) -> None:
    with pytest.raises(Unpacked) as found:
        checked(sent(a_head(size)))
    assert found.value.args[0] <= max(size[0] * size[1] // 4, 12_000_000)


@pytest.mark.parametrize(
    "content",
    [a_head((60_000, 60_000)), a_head((16_320, 12_240), progressive=True)],
    ids=["more than a phone takes", "one that is built up in steps"],
)
def test_a_photo_that_would_take_too_much_memory_is_refused_before_it_is_unpacked(
    unpacks: None, content: bytes
) -> None:
    with pytest.raises(BadFile):
        checked(sent(content))


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


# --- PDFs as scanners and programs write them --------------------------------------------------------------
@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n", b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n", b"x" * 1000])
def test_a_pdf_may_have_bytes_before_its_head(before: bytes) -> None:
    assert checked(sent(before + PDF, "scan.pdf")).name == "paper.pdf"


def test_a_pdf_without_a_table_of_its_parts_is_taken() -> None:
    assert checked(sent((CASES / "junk-before.pdf").read_bytes(), "junk-before.pdf")).name == "paper.pdf"


def test_a_head_that_comes_late_is_none() -> None:
    with pytest.raises(BadFile, match="scan"):
        checked(sent(b"x" * 2000 + PDF, "scan.pdf"))


def test_a_pdf_that_asks_for_a_password_is_said_to_be_locked() -> None:
    with translation.override("en"), pytest.raises(BadFile, match=r"scan\.pdf is locked with a password"):
        checked(sent(a_pdf(password="1234"), "scan.pdf"))


def test_a_pdf_that_only_its_owner_may_change_is_taken() -> None:
    assert checked(sent(a_pdf(password="", owner_password="1234"))).name == "paper.pdf"


@pytest.mark.parametrize("part", [0.1, 0.3, 0.5, 0.8, 0.95])
def test_a_pdf_that_is_cut_is_said_to_be(part: float) -> None:
    whole = a_pdf(30)
    with (
        translation.override("en"),
        pytest.raises(BadFile, match=r"scan\.pdf can't be read: a part of the PDF is missing"),
    ):
        checked(sent(whole[: int(len(whole) * part)], "scan.pdf"))


def test_a_pdf_that_was_added_to_and_is_cut_there_is_said_to_be() -> None:
    changed = a_pdf(3) + b"\n9 0 obj <</Length 3000>> stream\n" + b"x" * 2000
    with pytest.raises(BadFile, match="scan"):
        checked(sent(changed, "scan.pdf"))


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7", b"%PDF-1.7 x", b"%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF", PDF[:9] + b"%%EOF"]
)
def test_a_head_alone_is_no_pdf(content: bytes) -> None:
    with pytest.raises(BadFile, match="scan"):
        checked(sent(content, "scan.pdf"))
