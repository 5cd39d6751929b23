"""What the tests of the workbook share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages in the language of their source."""
    with translation.override("en"):
        yield
