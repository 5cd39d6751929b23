"""Article 4.3: what is a phone that could be dialled, in what one spelling it is kept, and when two are one number."""

import re
from functools import lru_cache

import phonenumbers

from rulebook.cleaning import plain, settled

HOME = "CN"
HOME_CODE = 86

_PLAIN_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_MOBILE = re.compile(r"(?:\+86|0086|86)?0?(1[3-9]\d{9})", re.ASCII)
_OF_CHINA = re.compile(r"(?:\+86|0086)((?!00)\d+)", re.ASCII)
_DIALLED = re.compile(r"\+?\d+", re.ASCII)
_BETWEEN = re.compile(r"\s|[\-\u2010-\u2015\u2212\ufe58]|[.·•‧()\[\]{}<>《》〈〉【】〔〕「」『』]")
_LONGEST = 15  # digits, with the country code (ITU E.164)
_REMEMBERED = 50_000  # spellings: an import asks for each of a house's guests many times


def spelled(text: str) -> str:
    """A phone as it is kept: without blanks, dashes, dots, brackets, and the prefix of a number in China.

    +86, 0086, 86 or 0 go before an 11-digit mobile, +86 or 0086 before another number that is a phone without it.
    What is no phone stays legible.
    """
    return text if _PLAIN_MOBILE.fullmatch(text) else _spelled(text)


def is_phone(text: str) -> bool:
    """Whether a phone, in whatever spelling, could be dialled (4.3)."""
    return compared(text) != ""


def compared(text: str) -> str:
    """What spellings of one number have in common; empty for what is no phone.

    The national number without its leading 0 for one in China, ``+`` and all digits for one abroad.
    """
    # A mobile of China is always possible by its length, so the library need not be asked.
    return text if _PLAIN_MOBILE.fullmatch(text) else _compared(text)


def is_digits(text: str) -> bool:
    """Whether a phone of somebody of the house is digits at all, with at most one + before them, not all of them 0.

    More than any number has are two numbers in one.
    """
    phone = spelled(text)
    is_one = len(phone.lstrip("+0")) <= _LONGEST
    return is_one and _DIALLED.fullmatch(phone) is not None and phone.strip("+0") != ""


def is_same(one: str, other: str) -> bool:
    """Whether two texts are one number; of what is no phone, whether they are spelled alike."""
    number = compared(one)
    return number == compared(other) and (number != "" or spelled(one) == spelled(other))


@lru_cache(_REMEMBERED)
def _spelled(text: str) -> str:
    return settled(text, _without_prefix)


def _without_prefix(text: str) -> str:
    digits = _BETWEEN.sub("", plain(text))
    mobile = _MOBILE.fullmatch(digits)
    if mobile:
        return mobile[1]
    other = _OF_CHINA.fullmatch(digits)
    return other[1] if other and _number(other[1]) else digits


@lru_cache(_REMEMBERED)
def _compared(text: str) -> str:
    return _number(_spelled(text))


def _number(phone: str) -> str:
    """What a cleaned phone is compared by; empty where it could not be dialled."""
    if not _DIALLED.fullmatch(phone):
        return ""
    if phone.startswith("1") and len(phone) != 11:
        return ""
    try:
        number = phonenumbers.parse(phone, HOME)
    except phonenumbers.NumberParseException:
        return ""
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    if number.country_code != HOME_CODE:
        whole = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        return "" if len(set(whole)) == 2 else whole
    national = phonenumbers.national_significant_number(number)
    return "" if len(set(national)) == 1 else national
