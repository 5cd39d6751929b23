"""The Saturday night of the tests: servers, commands and browser agree on the time."""

from datetime import UTC, datetime, timedelta

from tests.browser.conftest import Enter, Site
from tests.browser.evening import NIGHT

SOON = timedelta(minutes=30)


def test_the_whole_house_lives_on_one_saturday_night(night: Site, enter_night: Enter) -> None:
    said = night.manage(
        "shell", "--verbosity", "0", "--command", "from django.utils import timezone; print(timezone.now())"
    )
    assert NIGHT <= datetime.fromisoformat(said.strip()) < NIGHT + SOON
    page = enter_night("anna")
    shown = datetime.fromtimestamp(page.evaluate("Date.now()") / 1000, UTC)
    assert NIGHT <= shown < NIGHT + SOON
    served = page.request.get("/sign-in/").headers["date"]
    assert datetime.strptime(served, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) - NIGHT < SOON
