"""A venue's time zone is one that there is, found by its one file."""

import zoneinfo

import pytest
from django.core.exceptions import ValidationError

from venues.models import is_timezone, validate_timezone


def test_every_time_zone_of_the_list_is_one() -> None:
    zones = zoneinfo.available_timezones()
    assert {"Asia/Shanghai", "UTC"} <= zones
    assert [zone for zone in sorted(zones) if not is_timezone(zone)] == []


@pytest.mark.parametrize(
    "name",
    [
        "", " ", ".", "..", "/", "Asia", "Asia/", "Asia/Nowhere", "../zoneinfo/UTC", "/usr/share/zoneinfo/UTC",
        "zone.tab", "tzdata.zi", "posixrules", "posix/UTC", "right/UTC", "right/Asia/Shanghai", "UTC\0", "\ud800",
        "上海", "A" * 5000, "UTC/UTC", "Asia\\Shanghai",
    ],
)  # fmt: skip
def test_what_is_no_time_zone_is_said_to_be_none(name: str) -> None:
    assert not is_timezone(name)
    with pytest.raises(ValidationError):
        validate_timezone(name)


def test_a_venue_does_not_walk_the_folder_of_all_time_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.walk", lambda root: pytest.fail(f"{root} is walked"))
    validate_timezone("Asia/Shanghai")
