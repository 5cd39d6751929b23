"""The pages of requests and papers: who sees what, what is typed stays, few queries."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.models import User
from accounts.permissions import Role
from attendance.models import Leave, Paper, Request, Rest
from attendance.requests.kinds.leave import ask_leave
from attendance.requests.kinds.swap import ask_swap
from attendance.requests.services.decisions import decide
from attendance.requests.services.requests import Attachment, answer_swap
from staff.models import Employee
from tests.attendance.conftest import NOW, TODAY, Team, clock, november, team_of
from tests.house import House
from tests.pages.looking import at, signed_in, text_of, tree
from tests.storage.test_files import a_pdf
from tests.workbooks import person
from venues.models import EventDay
from venues.services import grant_role

MOST = 15
PDF = a_pdf()


@pytest.fixture(autouse=True)
def this_evening() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def photo(name: str = "photo.jpg") -> SimpleUploadedFile:
    written = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(written, "JPEG")
    return SimpleUploadedFile(name, written.getvalue(), "image/jpeg")


def as_person(team: Team, number: str = "A", language: str = "zh-hans") -> Client:
    return signed_in(team.user(number), language)


def ask_sick(team: Team, client: Client, **more: Any) -> Any:
    data = {"leave": "sick", "first": "2026-11-26", "last": "2026-11-27", "reason": "发烧"} | more
    return client.post(at(team.house, "request_new", "leave"), data)


class TestAsking:
    def test_leave_is_asked_for_with_three_photos(self, team: Team) -> None:
        page = ask_sick(
            team, as_person(team), certificate=photo(), receipt=[photo(), photo()], sick_note=photo("条.jpg")
        )
        asked = Request.objects.get()
        assert page["Location"] == at(team.house, "request", asked.pk)
        assert sorted(asked.papers.values_list("kind", flat=True)) == [
            "certificate",
            "receipt",
            "receipt",
            "sick_note",
        ]
        assert asked.asked_at == NOW

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"MZ\x90 an executable", "photo.jpg"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo.svg"),
            (b"<!doctype html><script>alert(1)</script>", "photo.html"),
        ],
    )
    def test_what_is_no_photo_is_named_and_the_rest_stays_filled_in(
        self, team: Team, content: bytes, name: str
    ) -> None:
        page = ask_sick(team, as_person(team), certificate=SimpleUploadedFile(name, content, "image/jpeg"))
        assert page.status_code == 200
        assert name in text_of(page)
        assert tree(page).xpath("//input[@name='reason']/@value") == ["发烧"]
        assert not Request.objects.exists()
        assert not Paper.objects.exists()

    def test_the_price_stands_before_the_act(self, team: Team) -> None:
        query = "?confirm=1&leave=personal&first=2026-11-25&last=2026-11-30&reason="
        page = as_person(team).get(at(team.house, "request_new", "leave") + query)
        text = text_of(page, "//main")
        assert "¥300.00" in text
        assert "¥1,800.00" in text
        assert tree(page).xpath("//li[contains(@class, 'now')]//*[@class='badge-article']/text()") == ["1.2.B"]
        assert not Request.objects.exists()

    def test_five_days_of_personal_leave_cost_and_forfeit_nothing(self, team: Team) -> None:
        query = "?confirm=1&leave=personal&first=2026-11-25&last=2026-11-29&reason="
        page = as_person(team).get(at(team.house, "request_new", "leave") + query)
        assert "¥1,500.00" in text_of(page, "//main")
        assert not tree(page).xpath("//li[contains(@class, 'now')]")

    def test_a_rest_day_in_between_costs_nothing_and_approved_leave_counts(self, team: Team) -> None:
        team.rest("A", 26)
        decide(request=team.leave(first=30, last=30), user=team.boss, approve=True, reason="", now=NOW)
        query = "?confirm=1&leave=personal&first=2026-11-25&last=2026-11-27&reason="
        text = text_of(as_person(team).get(at(team.house, "request_new", "leave") + query), "//main")
        assert "¥600.00" in text
        assert " 3 " in text

    @pytest.mark.parametrize(
        ("kind", "query", "said"),
        [
            ("leave", "leave=personal&first=2026-11-26&last=2026-11-26", "¥300.00"),
            ("leave", "leave=sick&first=2026-11-26&last=2026-11-26", "¥200.00"),
            ("leave", "leave=personal&first=2026-11-20&last=2026-11-20", "1.2.B"),
            ("dinner", "day=2026-11-24", "20:00"),
            ("punch", "day=2026-11-23&side=arrival&at=20:31", "31"),
            ("punch", "day=2026-11-23&side=departure&at=01:45", "15"),
            ("business", "day=2026-11-23&side=both", "1.2.G"),
            ("leave", "leave=personal&first=gibberish", ""),
        ],
    )
    def test_the_price_follows_the_form_as_it_is_filled_in(self, team: Team, kind: str, query: str, said: str) -> None:
        page = as_person(team).get(at(team.house, "request_price") + f"?kind={kind}&{query}")
        assert page.status_code == 200
        assert said in page.content.decode()

    def test_what_is_refused_stays_filled_in(self, team: Team) -> None:
        with time_machine.travel(clock(TODAY, 20), tick=False):
            page = as_person(team).post(
                at(team.house, "request_new", "dinner"), {"day": "2026-11-24", "reason": "林总"}
            )
        assert "1.3" in text_of(page, "//main")
        assert tree(page).xpath("//input[@name='reason']/@value") == ["林总"]

    @pytest.mark.parametrize(
        ("kind", "data", "kept"),
        [
            ("dinner", {"day": "2026-11-24"}, "dinner"),
            ("punch", {"day": "2026-11-23", "side": "arrival", "at": "20:05", "reason": "忘打卡"}, "punch"),
            ("business", {"day": "2026-11-23", "side": "both", "reason": "拜访"}, "business"),
        ],
    )
    def test_each_kind_is_asked_for(self, team: Team, kind: str, data: dict[str, str], kept: str) -> None:
        client = as_person(team)
        assert client.get(at(team.house, "request_new", kind)).status_code == 200
        confirm = client.get(at(team.house, "request_new", kind), data | {"confirm": "1"})
        assert tree(confirm).xpath("//form[@enctype]//input[@name='day']/@value") == [data["day"]]
        assert client.post(at(team.house, "request_new", kind), data).status_code == 302
        assert Request.objects.get().kind == kept

    def test_a_rest_day_is_chosen_and_given_up(self, team: Team) -> None:
        client = as_person(team)
        client.post(at(team.house, "request_new", "rest"), {"day": "2026-11-26"})
        assert team.rests("A") == {november(26): "self"}
        EventDay.objects.create(venue=team.venue, date=november(27))
        page = client.post(at(team.house, "request_new", "rest"), {"day": "2026-11-27"}, follow=True)
        assert "1.2.C" in text_of(page, "//main")
        client.post(at(team.house, "rest_give_up"), {"day": "2026-11-26"})
        assert team.rests("A") == {}

    def test_a_swap_is_put_together_from_what_is_possible(self, team: Team) -> None:
        team.rest("A", 25)
        team.rest("B", 26)
        client, address = as_person(team), at(team.house, "request_new", "swap")
        query = "?day=2026-11-25"
        assert tree(client.get(address)).xpath("//main//li/a/@href") == [query]
        query += "&other_day=2026-11-26"
        assert tree(client.get(address + "?day=2026-11-25")).xpath("//main//li/a/@href") == [query]
        query += f"&colleague={team.person('B').pk}"
        assert tree(client.get(address + "?day=2026-11-25&other_day=2026-11-26")).xpath("//main//li/a/@href") == [query]
        assert "员工B" in text_of(client.get(address + query), "//main")
        data = {"day": "2026-11-25", "other_day": "2026-11-26", "colleague": team.person("B").pk, "reason": ""}
        client.post(address, data)
        assert Request.objects.get().state == Request.State.ASKED
        asked = at(team.house, "request", Request.objects.get().pk)
        assert "员工A" in text_of(as_person(team, "B").get(at(team.house, "requests")), "//main")
        as_person(team, "B").post(asked + "answer/", {"answer": "agree"})
        signed_in(team.boss).post(asked + "decide/", {"decision": "approve"})
        assert team.rests("A") == {november(26): "swap"}

    def test_nobody_without_an_employment_asks(self, team: Team) -> None:
        team.venue.employees.filter(number="A").update(user=None)
        user = User.objects.get(username="user-A")
        for kind in ("leave", "rest", "swap"):
            page = signed_in(user).get(at(team.house, "request_new", kind))
            assert tree(page).xpath("//main//form") == []
        assert signed_in(user).get(at(team.house, "request_new", "nothing")).status_code == 404

    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_the_empty_pages_say_what_to_do(self, team: Team, language: str) -> None:
        client = as_person(team, language=language)
        for name, *arguments in (("requests",), ("request_new", "swap"), ("request_new", "leave")):
            page = client.get(at(team.house, str(name), *arguments))
            assert page.status_code == 200
            assert tree(page).xpath("//main//a[@href]")


class TestDeciding:
    def test_the_supervisor_decides_on_the_page_of_the_request(self, team: Team) -> None:
        asked = team.leave()
        client, address = signed_in(team.boss), at(team.house, "request", asked.pk)
        assert tree(client.get(address)).xpath("//button[@name='decision']/@value") == ["approve", "refuse"]
        page = client.post(address + "decide/", {"decision": "refuse", "reason": ""})
        assert page.status_code == 200
        page = client.post(address + "decide/", {"decision": "refuse", "reason": "x" * 201})
        assert tree(page).xpath("//input[@name='reason']/@value") == ["x" * 201]
        client.post(address + "decide/", {"decision": "approve", "reason": ""})
        assert Leave.objects.count() == 1
        assert not tree(client.get(address)).xpath("//button[@name='decision']")

    def test_nobody_is_offered_to_decide_on_their_own(self, team: Team) -> None:
        asked = team.leave()
        grant_role(venue=team.venue, user=team.user("A"), role=Role.FLOOR_MANAGER)
        client, address = as_person(team), at(team.house, "request", asked.pk)
        assert not tree(client.get(address)).xpath("//button[@name='decision']")
        client.post(address + "decide/", {"decision": "approve"})
        asked.refresh_from_db()
        assert asked.state == Request.State.WAITING

    def test_withdrawn_is_withdrawn(self, team: Team) -> None:
        asked = team.leave()
        as_person(team).post(at(team.house, "request_withdraw", asked.pk))
        asked.refresh_from_db()
        assert asked.state == Request.State.WITHDRAWN

    def test_papers_are_added_on_the_page_of_the_request(self, team: Team) -> None:
        asked = team.leave("sick")
        address = at(team.house, "request", asked.pk)
        client = as_person(team)
        missing = "//p[contains(@class, 'clause')]//*[@class='badge-article']/text()"
        assert tree(client.get(address)).xpath(missing) == ["1.2.A"]
        page = client.post(address + "papers/", {"receipt": SimpleUploadedFile("x.jpg", b"MZ")})
        assert "x.jpg" in text_of(page)
        client.post(address + "papers/", {"receipt": photo()})
        assert asked.papers.get().kind == "receipt"


class TestRows:
    """Another person's and another venue's requests and papers."""

    @pytest.fixture
    def asked(self, team: Team, tmp_path: Path) -> Request:
        """Sick leave of A with a photo and a PDF; every role here and, under the same names, at another house."""
        other = House(tmp_path, "other")
        other.bring({"员工": [person("X")]})
        for role in Role:
            grant_role(venue=team.venue, user=User.objects.create(username=role.value), role=role)
            grant_role(venue=other.venue, user=User.objects.create(username=f"{role.value} elsewhere"), role=role)
        papers = [
            Attachment("certificate", ContentFile(photo().read(), name="paper.jpg")),
            Attachment("receipt", ContentFile(PDF, name="paper.pdf")),
        ]
        return ask_leave(
            employee=team.person("A"),
            user=team.user("A"),
            kind="sick",
            first=november(26),
            last=november(27),
            reason="发烧",
            papers=papers,
            now=NOW,
        )

    WHO = (
        ("user-A", 200),
        ("user-B", 404),
        ("account_manager", 404),
        ("host", 403),
        ("floor_manager", 200),
        ("hr", 200),
        ("owner", 403),
        *((f"{role.value} elsewhere", 404) for role in Role),
    )

    @pytest.mark.parametrize(("who", "answer"), WHO)
    def test_a_request_and_its_papers_are_served_to_those_entitled(
        self, team: Team, asked: Request, who: str, answer: int
    ) -> None:
        client = signed_in(User.objects.get(username=who))
        assert client.get(at(team.house, "request", asked.pk)).status_code == answer
        for paper in asked.papers.all():
            assert client.get(at(team.house, "paper", paper.pk)).status_code == answer

    def test_who_is_not_signed_in_gets_no_paper(self, team: Team, asked: Request) -> None:
        for paper in asked.papers.all():
            assert Client().get(at(team.house, "paper", paper.pk)).status_code == 302
            assert Client().get(f"/media/{paper.file.name}").status_code == 404
            assert Client().get(f"/files/{paper.file.name}").status_code == 404

    def test_a_paper_is_not_reached_through_another_venue(self, team: Team, asked: Request) -> None:
        paper = asked.papers.first()
        assert paper is not None
        for role in ("hr", "floor_manager"):
            client = signed_in(User.objects.get(username=f"{role} elsewhere"))
            assert client.get(f"/v/other/papers/{paper.pk}/").status_code == 404
            assert client.get(f"/v/other/requests/{asked.pk}/").status_code == 404
            assert client.post(f"/v/other/requests/{asked.pk}/decide/", {"decision": "approve"}).status_code in (
                403,
                404,
            )

    @pytest.mark.parametrize("who", ["user-B", "account_manager", "account_manager elsewhere"])
    @pytest.mark.parametrize("act", ["withdraw", "answer", "papers", "decide"])
    def test_nobody_acts_on_anothers_request(self, team: Team, asked: Request, who: str, act: str) -> None:
        client = signed_in(User.objects.get(username=who))
        page = client.post(at(team.house, "request", asked.pk) + f"{act}/", {"answer": "agree", "decision": "approve"})
        assert page.status_code in (403, 404)
        asked.refresh_from_db()
        assert asked.state == Request.State.WAITING

    def test_a_colleague_of_a_swap_sees_it_and_may_not_withdraw_it(self, team: Team) -> None:
        team.rest("A", 25)
        team.rest("B", 26)
        swap = ask_swap(
            employee=team.person("A"), user=team.user("A"), day=november(25), colleague=team.person("B"),
            other_day=november(26), reason="", now=NOW,
        )  # fmt: skip
        address = at(team.house, "request", swap.pk)
        assert tree(as_person(team, "B").get(address)).xpath("//button[@name='answer']/@value") == ["agree", "decline"]
        assert as_person(team, "B").post(address + "withdraw/").status_code == 404
        assert as_person(team, "A").post(address + "answer/", {"answer": "agree"}).status_code == 404
        assert as_person(team, "C").get(address).status_code == 404

    def test_a_paper_is_kept_by_no_cache_runs_nothing_and_is_what_it_says(self, team: Team, asked: Request) -> None:
        client = as_person(team)
        seen = []
        for paper in asked.papers.all():
            page = client.get(at(team.house, "paper", paper.pk))
            seen.append((page["Content-Type"], page["Content-Disposition"].split(";")[0]))
            assert page["X-Content-Type-Options"] == "nosniff"
            policy = {part.strip() for part in page["Content-Security-Policy"].split(";")}
            assert policy - {""} == {"default-src 'none'", "sandbox"}
            assert {"private", "no-store"} <= {part.strip() for part in page["Cache-Control"].split(",")}
            assert b"".join(page.streaming_content) == paper.file.read()
        assert seen == [("image/jpeg", "inline"), ("application/pdf", "attachment")]

    def test_a_paper_whose_file_is_gone_is_not_there(self, team: Team, asked: Request) -> None:
        paper = asked.papers.first()
        assert paper is not None
        paper.file.storage.delete(str(paper.file.name))
        assert as_person(team).get(at(team.house, "paper", paper.pk)).status_code == 404


class TestQueries:
    def lively(self, house: House, people: int, months: int) -> Team:
        """Everybody rests, everybody asked before, month by month."""
        team = team_of(house)
        house.bring({"员工": [person(f"P{number:03}") for number in range(people)]})
        everybody = list(house.venue.employees.all())
        users = [User(username=f"p-{one.number}") for one in everybody if one.user_id is None]
        User.objects.bulk_create(users)
        for one, user in zip([one for one in everybody if one.user_id is None], users, strict=True):
            one.user = user
        Employee.objects.bulk_update(everybody, ["user"])
        rests = [
            Rest(employee=one, business_day=november(25 + position % 5), kind="regular")
            for position, one in enumerate(everybody)
        ]
        Rest.objects.bulk_create(rests)
        for month in range(months):
            day = TODAY - timedelta(days=30 * month + 40)
            Request.objects.bulk_create(
                [
                    Request(
                        employee=one, kind="personal", state="approved", first_day=day, last_day=day, asked_at=NOW,
                        decided_at=NOW, decided_by=team.boss,
                    )
                    for one in everybody
                ]
            )  # fmt: skip
            Leave.objects.bulk_create(
                [
                    Leave(employee=one, kind="personal", first_day=day, last_day=day, requested_at=NOW, approver="王")
                    for one in everybody
                ]
            )
        return team

    def pages(self, team: Team) -> dict[str, int]:
        asked = team.leave("sick", 26, 27, papers=("certificate", "receipt", "sick_note"))
        swap = ask_swap(
            employee=team.person("A"), user=team.user("A"), day=november(25), colleague=team.person("B"),
            other_day=november(26), reason="", now=NOW,
        )  # fmt: skip
        answer_swap(request=swap, user=team.user("B"), agree=True, now=NOW)
        own, boss, new = as_person(team), signed_in(team.boss), at(team.house, "request_new", "leave")
        swapping = at(team.house, "request_new", "swap")
        year = "leave=personal&first=2026-12-01&last=2027-11-30"
        return {
            "requests": self.asked(own, at(team.house, "requests")),
            "leave": self.asked(own, new),
            "filling": self.asked(own, f"{new}?leave=personal"),
            "confirming": self.asked(own, f"{new}?confirm=1&{year}"),
            "price": self.asked(own, at(team.house, "request_price") + f"?kind=leave&{year}"),
            "rest": self.asked(own, at(team.house, "request_new", "rest")),
            "swap": self.asked(own, swapping),
            "swap, the day": self.asked(own, swapping + "?day=2026-11-25"),
            "swap, with whom": self.asked(own, swapping + "?day=2026-11-25&other_day=2026-11-27"),
            "request": self.asked(own, at(team.house, "request", asked.pk)),
            "request, decided": self.asked(boss, at(team.house, "request", swap.pk)),
            "paper": self.asked(own, at(team.house, "paper", asked.papers.first().pk)),  # type: ignore[union-attr]
        }

    def asked(self, client: Client, address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        assert page.status_code == 200, address
        assert len(queries) <= MOST, (address, [query["sql"][:120] for query in queries])
        return len(queries)

    @pytest.mark.django_db
    def test_a_page_needs_as_many_queries_for_few_people_and_months_as_for_many(self, tmp_path: Path) -> None:
        few = self.pages(self.lively(House(tmp_path, "few"), 3, 1))
        self.rename()
        many = self.pages(self.lively(House(tmp_path, "many"), 50, 12))
        assert few == many

    def rename(self) -> None:
        """Two houses in one test: the people of the first make room for those of the second."""
        for user in User.objects.all():
            user.username = f"few {user.username}"
            user.save()
