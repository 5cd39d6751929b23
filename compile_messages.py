"""Compile the translations that are newer than their .mo; needs no gettext on the machine."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent / "locale"


def compile_messages() -> None:
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as po:
            catalog = read_po(po)
        partial = target.with_suffix(".mo.part")
        with partial.open("wb") as mo:
            write_mo(mo, catalog)
        partial.replace(target)


if __name__ == "__main__":
    compile_messages()
