"""What every test may ask for."""

from pathlib import Path

import pytest

from tests.house import House

EXAMPLES = Path(__file__).parent.parent / "examples"


@pytest.fixture
def house(db: None, tmp_path: Path) -> House:
    """An empty house, its months over."""
    return House(tmp_path)
