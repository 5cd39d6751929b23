"""Kinds of exceptions: every kind of the rulebook has its class, its sentences and its page; no other is taken."""

from datetime import date

import pytest
from django.utils import translation

from commissions.models import OpenException
from commissions.open_exceptions import EXCEPTIONS, UnknownException, exception_kind
from commissions.payslips.texts import exception_shown, exception_told
from rulebook.pay import ExceptionKind


def test_every_kind_of_the_rulebook_has_its_class() -> None:
    assert list(EXCEPTIONS) == list(ExceptionKind)


@pytest.mark.parametrize("key", list(EXCEPTIONS))
def test_each_is_told_in_both_languages_with_what_it_names(key: str) -> None:
    item = OpenException(kind=key, business_day=date(2026, 11, 24), ref="77")
    told = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            told[language] = (exception_shown(item), exception_told(item), str(exception_kind(key).page.act))
    for english, chinese in zip(told["en"], told["zh-hans"], strict=True):
        assert english != chinese
    assert key == "one_punch" or "77" in told["en"][0]


def test_an_unknown_kind_is_an_error_and_never_another_one() -> None:
    for key in ("", "none", "HELD"):
        with pytest.raises(UnknownException):
            exception_told(OpenException(kind=key, ref="1"))
