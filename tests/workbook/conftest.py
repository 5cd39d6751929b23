"""What the tests of the workbook share."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from tests.house import House


@pytest.fixture(autouse=True, scope="package")
def by_file() -> Iterator[None]:
    """Here the import is the subject: sheets go through a workbook that is written and read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(House, "by_file", True)
        yield


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages in the language of their source."""
    with translation.override("en"):
        yield
