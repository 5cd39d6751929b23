"""While much is made, no garbage is looked for; afterwards it is as it was."""

import gc
from collections.abc import Iterator

import pytest

from storage.garbage import no_garbage_collection


@pytest.fixture(params=[True, False])
def was_on(request: pytest.FixtureRequest) -> Iterator[bool]:
    before = gc.isenabled()
    (gc.enable if request.param else gc.disable)()
    yield request.param
    (gc.enable if before else gc.disable)()


def test_it_is_off_inside_and_then_as_before_also_after_an_error(was_on: bool) -> None:
    with no_garbage_collection():
        assert not gc.isenabled()
    assert gc.isenabled() is was_on
    with pytest.raises(KeyError), no_garbage_collection():
        raise KeyError
    assert gc.isenabled() is was_on
