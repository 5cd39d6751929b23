"""What people, programs and attackers put into fields and addresses where something else is meant."""

ODD = (
    "",
    "0",
    "-1",
    "1e400",
    "NaN",
    str(2**63),
    "9" * 5000,
    "abc",
    "a\0b",
    "²",
    "\u200b\u202e",
    "😀" * 300,
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "25:61",
    "a\r\nSet-Cookie: x=1",
    "'\"<script>&amp;{{x}}%s%(x)s",
    "//evil.example\\@/",
    "http://[",
    "door",
)
"""Nothing, numbers too small, too large and none, characters no database keeps, days and times that are none, code."""
WRITTEN = ("9" * 5000, "a\0b", "\u200b\u202e", "😀" * 300, "a\r\nSet-Cookie: x=1", "'\"<script>&amp;{{x}}%s%(x)s")
"""Those of them that somebody might write where words are asked for."""
