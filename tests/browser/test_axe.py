"""Every page, in both languages and themes, on phone and desk: what axe finds, what scrolls, what is not translated."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from django.urls import get_resolver
from playwright.sync_api import Browser, Page

from tests.accounts.test_permissions import named_addresses
from tests.browser.evening import NIGHT
from tests.browser.serving import CODE, DESK, PASSWORD, PHONE, ROOT, Site, fresh, served
from tests.databases import Templates

NARROW = {"width": 360, "height": 1200}  # as narrow as phones are; tall, so that what is fixed covers little
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MONTH, ENDED, LOCKED = "2026-11", "2026-10", "2026-09"

# Whose turn it is → the pages they are shown: name of the address, its arguments; a word in angles is a record.
PAGES: dict[str, tuple[tuple[str, ...], ...]] = {
    "": (
        ("account_login",),
        ("offline",),
        ("account_reset_password_from_key", "1", "abc-def"),
    ),
    "anna": (
        ("my_night",),
        ("book",),
        ("book?table=A1",),
        ("book_day", "2026-11-22"),
        ("booking", "<held>"),
        ("booking", "<seated>"),
        ("booking_change", "<held>"),
        ("booking_cancel", "<held>"),
        ("comp_ask", "<seated>"),
        ("own_pay",),
        ("own_fines",),
        ("own_fine", "<fine>"),
        ("own_calendar", MONTH),
        ("own_bookings", MONTH),
        ("payslip", MONTH, "<anna>"),
        ("payslip", ENDED, "<former>"),
        ("requests",),
        *(("request_new", kind) for kind in ("leave", "rest", "swap", "dinner", "punch", "business")),
        ("request_new?leave=sick", "leave"),
        ("request", "<leave>"),
        ("messages",),
        ("mfa_index",),
        ("account_change_password",),
        ("account_reauthenticate",),
        ("account_logout",),
        ("home?all",),
        ("usersessions_list",),
    ),
    "host": (
        ("door",),
        ("door_walk_in",),
        ("door_no_show", "<held>"),
        ("door_correct", "<seated>"),
        ("door_move", "<held>"),
        ("door_reinstate", "<missed>"),
        ("booking", "<announced>"),
    ),
    "floor": (
        ("tonight",),
        ("door",),
        ("booking_tab", "<seated>"),
        ("booking_settle", "<seated>"),
        ("violations_tonight",),
        ("violation_new",),
        ("violation_checklist",),
        ("violation_withdraw", "<report>"),
        ("tonight_person", "<anna>"),
        ("close_night",),
        ("close_night_of", "2026-11-20"),
        ("request", "<leave>"),
        ("staff_month", MONTH),
        ("staff_month?view=charts", MONTH),
        ("staff_month", "2026-12"),
        ("roster", MONTH),
        ("roster", "2024-12"),
        ("roster_person", MONTH, "<anna>"),
        ("roster_copy", "2026-12"),
        ("days",),
        ("event_day_new?date=2026-12-24&name=x",),
        ("event_day", "2026-11-28"),
        ("public_day", "2026-10-01"),
        ("ledger", MONTH),
        *((f"ledger?by={by}", MONTH) for by in ("person", "article", "day")),
        ("ledger?q=nobody", MONTH),
        ("ledger_fine", "<fine>"),
    ),
    "hr": (
        ("payroll_months",),
        *(("payroll_month", month) for month in (MONTH, ENDED, LOCKED)),
        ("payslip", MONTH, "<anna>"),
        ("payroll_compare", MONTH),
        ("payroll_compare", LOCKED),
        ("payroll_amounts", ENDED),
        ("payroll_amount_remove", ENDED, "bonus", "<entry>"),
        ("payroll_lock", ENDED),
        ("payroll_paid", LOCKED),
        ("payslips_print", ENDED),
        ("booking_settle", "<seated>"),
        ("person_day", "<anna>", "2026-11-06"),
        ("staff_month", MONTH),
        ("staff_month?q=nobody", MONTH),
        ("people",),
        ("people?who=all&lacks=any&sort=-left",),
        ("person_new",),
        ("person_file", "<anna>"),
        ("person_leave", "<anna>"),
        ("person_stay", "<anna>"),
        ("person_paper_new", "<anna>"),
        ("person_paper_remove", "<anna>", "<filed>"),
        ("person_undertaking", "<anna>"),
        ("person_undertaking_print", "<anna>"),
        ("person_undertaking_remove", "<anna>", "<signed>"),
        ("person?tab=payslips", "<anna>"),
        ("roster", MONTH),
        ("days",),
        (f"reports?month={MONTH}",),
        *((f"report?month={MONTH}", kind) for kind in ("sales", "attendance", "fines", "comps", "year")),
        (f"report?month={MONTH}&by=booking", "comps"),
        ("report?month=2026-01", "sales"),
        ("import_page",),
        ("import_preview", "<previewed>"),
        ("import_preview", "<faulty>"),
    ),
    "owner": (
        ("payroll_month", MONTH),
        ("payroll_reopen", LOCKED),
        ("tonight",),
        *((f"person?tab={tab}", "<anna>") for tab in ("calendar", "bookings", "ledger", "requests", "changes")),
        ("access_log",),
        ("ledger_fine", "<fine>"),
        ("users",),
        ("users?left",),
        ("user_new",),
        ("user", "<host>"),
        ("user_leave", "<host>"),
        ("user_password", "<host>"),
        ("user_sessions", "<host>"),
        ("policy",),
        ("policy_version", "2026-12"),
        ("policy_try?commission_rate=0.04&absence_fine=300&wage_guard=off&of=2026-11", "2026-12"),
        ("policy_remove", "2027-01"),
        ("house",),
        ("venue_settings",),
        ("floor_plan",),
        ("table_new",),
        ("table", "<table>"),
        ("table_retire", "<table>"),
        ("fixture_new",),
        ("fixture", "<fixture>"),
        ("comp_items",),
        ("comp_item", "<item>"),
        ("radar_month", MONTH),
        ("radar_month?view=cost", MONTH),
    ),
    "carl": (
        ("mfa_activate_totp",),
        ("mfa_view_recovery_codes",),
        ("mfa_index",),
        ("mfa_generate_recovery_codes",),
        ("mfa_deactivate_totp",),
        ("mfa_reauthenticate",),
        ("mfa_authenticate",),
    ),
}
NO_PAGES = {
    # lead on
    "venue", "payroll_current", "own_calendar_current", "staff_current", "roster_current", "ledger_current", "radar",
    # are posted to
    "payroll_start", "payroll_acknowledge", "payroll_accounts", "payroll_send", "payslip_answer",
    "booking_announce", "comp_withdraw", "door_arrive", "rest_give_up", "request_withdraw",
    "request_answer", "request_papers", "request_decide", "tonight_punch", "tonight_decide", "set_language",
    "set_theme", "person_numbers", "person_paper", "roster_set", "roster_publish", "public_day_set", "days_seed",
    "ledger_reconcile", "ledger_waive", "ledger_restore", "import_again", "import_confirm", "import_throw_away",
    "user_link", "user_roles", "user_unlink", "user_unlock", "floor_move", "fixture_remove",
    # parts of a page
    "book_guests", "payroll_progress", "request_price", "tonight_poll", "violation_effect",
    # files
    "payroll_workbook", "payroll_bank", "staff_workbook", "ledger_workbook", "report_workbook", "radar_workbook",
    "import_faults", "import_template_file", "paper", "violation_photo", "manifest", "service_worker",
}  # fmt: skip

LATIN = {
    "Excel", "Taizhang", "English", "HR", "DJ", "KPI", "anna", "bella", "carl", "duo", "lan", "xlsx", "PDF", "JPG",
    "JPEG", "PNG", "WebP", "HEIC", "jpg", "jpeg", "png", "webp", "heic", "pdf", "MB",
}  # fmt: skip

# Everything that is read, also by who hears the page; fields without a label; how far the page reaches.
LOOK = """() => {
  const said = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (!parentElement.closest("script, style, template, .avatar, [translate=no], [lang]:not(html)")) said.push(data);
  }
  for (const name of ["aria-label", "placeholder", "title", "alt"]) {
    for (const found of document.querySelectorAll(`[${name}]`)) said.push(found.getAttribute(name));
  }
  const fields = [...document.querySelectorAll("input, select, textarea")].filter((field) =>
    !["hidden", "submit", "button"].includes(field.type) && !field.labels.length && !field.ariaLabel
    && !field.getAttribute("aria-labelledby"));
  return {
    said: said.map((text) => text.trim()).filter(Boolean),
    unlabelled: fields.map((field) => field.outerHTML.slice(0, 120)),
    width: document.documentElement.scrollWidth,
  };
}"""
RUN = """async (only) => {
  const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"], elementRef: false });
  return found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) =>
    node.html.slice(0, 160) + " " + ((node.any[0] || {}).message || "").slice(0, 160)).join(" | ")}`);
}"""


class Walked(NamedTuple):
    """A served house with something on every page, the records its addresses name, what people wrote in it."""

    site: Site
    records: dict[str, int]
    words: list[str]


@pytest.fixture(scope="module")
def walked(templates: Templates, tmp_path_factory: pytest.TempPathFactory, statics: Any) -> Iterator[Walked]:
    with fresh(templates, tmp_path_factory.mktemp("walk"), statics=statics, at=NIGHT) as site:
        told = site.manage(
            "shell", "--verbosity", "0", "--command",
            "from tests.browser.evening import begin, fill; begin(); print(fill())",
        )  # fmt: skip
        with served(site):
            yield Walked(site, **json.loads(told))


def test_every_page_is_walked_through() -> None:
    found = {name for name in named_addresses(get_resolver().url_patterns) if not name.startswith("admin:")}
    shown = {page[0].partition("?")[0] for pages in PAGES.values() for page in pages}
    assert not shown & NO_PAGES
    assert found - NO_PAGES == shown


def foreign(said: list[str], language: str, words: list[str]) -> list[str]:
    """What is in the other language's script, but for what people wrote."""
    known = sorted(words, key=len, reverse=True)
    found = []
    for text in said:
        if len(text) == 1 and any(text in word for word in words):
            continue  # somebody's initial
        rest = text
        for word in known:
            rest = rest.replace(word, " ")
        if language == "en" and re.search(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]", rest):
            found.append(text)
        if language != "en" and {word for word in re.findall(r"[A-Za-z]{2,}", rest) if not word.isupper()} - LATIN:
            found.append(text)
    return found


def judge(page: Page, where: str, language: str, words: list[str]) -> list[str]:
    """All that is wrong with a page as it stands in the browser."""
    wrong: list[str] = []

    def run(kind: str, values: list[str], on: str) -> None:
        wrong.extend(f"{where} {on}: {told}" for told in page.evaluate(RUN, {"type": kind, "values": values}))

    page.evaluate("document.querySelectorAll('main details:not(.more)').forEach((part) => { part.open = true; })")
    look = page.evaluate(LOOK)
    if look["width"] > NARROW["width"]:
        wrong.append(f"{where}: scrolls sideways at 360 px, {look['width']}")
    wrong += [f"{where}: without a label: {field}" for field in look["unlabelled"]]
    wrong += [f"{where}: not translated: {text}" for text in foreign(look["said"], language, words)]
    run("tag", RULES, "phone, dark")
    page.emulate_media(color_scheme="light")
    run("rule", ["color-contrast"], "phone, light")
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    run("tag", RULES, "desk, light")
    page.emulate_media(color_scheme="dark")
    run("rule", ["color-contrast"], "desk, dark")
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    return wrong


def second_step(page: Page, name: str, walked: Walked) -> None:
    """What must have been done before a page of the second step is shown."""
    if name == "mfa_activate_totp":
        page.goto("/security/app/")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("main .btn-primary").click()
        page.wait_for_url("**/security/app/")
    elif name == "mfa_view_recovery_codes":
        secret = page.locator(".totp-key").inner_text()
        code = walked.site.manage(
            "shell", "--verbosity", "0", "--command",
            "import time; from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value; "
            f"print(format_hotp_value(hotp_value('{secret}', int(time.time()) // 30)))",
        )  # fmt: skip
        page.locator("input[name=code]").fill(code.strip())
        page.locator("main .btn-primary").click()
        page.wait_for_url("**/security/codes/")
    elif name == "mfa_authenticate":
        page.locator("details.account summary").click()
        page.locator("details.account form").last.locator("button").click()
        sign_in(page, "carl")
        page.wait_for_url("**/sign-in/code/")


def sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in/")
    page.locator("input[name=login]").fill(who)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main .btn-primary").click()


@pytest.fixture
def entered(walked: Walked, browser: Browser) -> Iterator[Callable[[str, str], Page]]:
    contexts = []

    def enter(who: str, language: str) -> Page:
        context = browser.new_context(
            viewport=NARROW, base_url=walked.site.address, color_scheme="dark", reduced_motion="reduce",
            service_workers="block",
        )  # type: ignore[arg-type]  # fmt: skip
        contexts.append(context)
        context.add_init_script(walked.site.script)
        context.add_init_script(AXE.read_text(encoding="utf-8"))
        context.add_cookies([{"name": "django_language", "value": language, "url": walked.site.address}])
        page = context.new_page()
        if who:
            sign_in(page, who)
            page.wait_for_url(f"**/v/{CODE}/**")
        return page

    yield enter
    for context in contexts:
        context.close()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "nobody")
def test_no_page_has_anything_wrong(
    walked: Walked, entered: Callable[[str, str], Page], who: str, language: str
) -> None:
    page = entered(who, language)
    wrong: list[str] = []
    addresses = addresses_of(walked)
    for name, *arguments in PAGES[who]:
        bare, _mark, query = name.partition("?")
        second_step(page, bare, walked) if who == "carl" else None
        address = addresses(bare, arguments) + (f"?{query}" if query else "")
        answer = page.goto(address)
        assert answer is not None
        assert answer.ok, (name, answer.status)
        assert page.url.startswith(walked.site.address + address.partition("?")[0]), (name, page.url)
        wrong += judge(page, f"{name} {' '.join(arguments)}".strip(), language, walked.words)
    if who == "carl":
        walked.site.manage(
            "shell", "--command",
            "from allauth.mfa.models import Authenticator; Authenticator.objects.all().delete()",
        )  # fmt: skip
    assert not wrong, "\n" + "\n".join(wrong)


def addresses_of(walked: Walked) -> Callable[[str, list[str]], str]:
    """How an address is made of its name and arguments, the venue's code first where there is one."""
    patterns = get_resolver().reverse_dict

    def address(name: str, arguments: list[str]) -> str:
        filled = [str(walked.records[part.strip("<>")]) if part.startswith("<") else part for part in arguments]
        possible, *_rest = patterns.getlist(name)[0]
        path, parameters = possible[0]
        values = dict(zip(parameters, [CODE, *filled] if "code" in parameters else filled, strict=True))
        return "/" + path % values

    return address


# Text that is neither wrapped nor shortened by an ellipsis, but cut off or running out of its box.
CUT = """() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const NOT_READ = "script, style, template, svg, select, option, .visually-hidden, .skip";
  const scrolls = (style) => ["auto", "scroll"].includes(style.overflowX);
  while (walker.nextNode()) {
    const node = walker.currentNode, range = document.createRange();
    if (!node.data.trim() || node.parentElement.closest(NOT_READ)) continue;
    range.selectNodeContents(node);
    const { left, right, top, bottom, width } = range.getBoundingClientRect();
    if (!width || !node.parentElement.checkVisibility()) continue;
    let inline = true, unseen = false;
    for (let box = node.parentElement; box; box = box.parentElement) {
      unseen ||= box.offsetWidth === 1 && box.offsetHeight === 1;
    }
    if (unseen) continue;
    for (let box = node.parentElement; box && box !== document.body; box = box.parentElement) {
      const style = getComputedStyle(box), frame = box.getBoundingClientRect();
      if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") break;
      if (scrolls(style)) break;
      inline = inline && style.display === "inline";
      if (["absolute", "fixed"].includes(style.position)) break;  // a menu, a count on a sign
      const clips = style.overflowX !== "visible";
      const aside = right > frame.right + 4 || left < frame.left - 4;  // punctuation is set closer than it measures
      if (!inline && (aside || (clips && (top < frame.top - 1 || bottom > frame.bottom + 1)))) {
        found.push(`${box.tagName}.${box.className}: ${node.data.trim().slice(0, 40)}`);
        break;
      }
    }
  }
  const { scrollWidth, clientWidth } = document.documentElement;
  return { cut: [...new Set(found)], sideways: scrollWidth - clientWidth };
}"""


@pytest.fixture(scope="module")
def stretched(walked: Walked) -> Walked:
    """The same house with long names; the last of this module's tests ask for it."""
    walked.site.manage("shell", "--command", "from tests.browser.evening import stretch_names; stretch_names()")
    return walked


@pytest.mark.parametrize("who", [who for who in PAGES if who and who != "carl"])
def test_names_of_sixty_letters_and_of_sixty_han_break_no_page(
    stretched: Walked, entered: Callable[[str, str], Page], who: str
) -> None:
    page = entered(who, "zh-hans")
    address_of = addresses_of(stretched)
    wrong: list[str] = []
    for name, *arguments in PAGES[who]:
        bare, _mark, query = name.partition("?")
        page.goto(address_of(bare, arguments) + (f"?{query}" if query else ""))
        for screen in (PHONE, DESK):
            page.set_viewport_size(screen)  # type: ignore[arg-type]
            look = page.evaluate(CUT)
            at = f"{name} {' '.join(arguments)}".strip() + f", {screen['width']}"
            wrong += [f"{at}: {told}" for told in look["cut"]]
            if look["sideways"] > 0:
                wrong.append(f"{at}: scrolls sideways by {look['sideways']}")
    assert not wrong, "\n" + "\n".join(wrong)
