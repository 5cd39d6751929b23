"""Both languages are complete."""

import ast
import re
from pathlib import Path

import django
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from rulebook.articles import ARTICLES, CHAPTERS
from rulebook.policy import parameters

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "locale/zh_Hans/LC_MESSAGES/django.po"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)s|%%")


def messages() -> list[tuple[str, str]]:
    with CATALOGUE.open("rb") as file:
        catalogue = read_po(file)
    assert not catalogue.fuzzy
    found = []
    for message in catalogue:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            texts = message.string if isinstance(message.string, tuple) else (message.string,)
            assert not message.fuzzy, ids
            found += [(ids[-1], str(text)) for text in texts]
    return found


def test_every_message_is_translated_with_its_placeholders() -> None:
    for source, text in messages():
        assert text, source
        assert set(PLACEHOLDER.findall(source)) == set(PLACEHOLDER.findall(text)), source


def test_chinese_text_has_chinese_punctuation() -> None:
    for source, text in messages():
        assert not re.search(r"[\u4e00-\u9fff][,;:!?(]", text), (source, text)


def test_every_text_marked_in_the_code_is_in_the_catalogue() -> None:
    known = {source for source, _text in messages()}
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            known.update(message.id if isinstance(message.id, tuple) else (message.id,))
    missing = []
    for path in ROOT.glob("*/**/*.py"):
        parts = path.relative_to(ROOT).parts
        if parts[0] in ("tests", ".venv", "var", "static") or "migrations" in parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                places = {"_": 0, "gettext": 0, "gettext_lazy": 0, "ngettext": 0, "pgettext_lazy": 1}
                place = places.get(node.func.id)
                if place is not None and isinstance(node.args[place], ast.Constant):
                    text = node.args[place].value
                    if text not in known:
                        missing.append((path.name, text))
    assert missing == []


def test_articles_chapters_and_parameters_have_both_titles() -> None:
    texts = [article.title for article in ARTICLES.values()] + list(CHAPTERS.values())
    for parameter in parameters().values():
        texts += [parameter.label, parameter.kind.says]
        assert parameter.article in ARTICLES
    for text in texts:
        assert CHINESE.search(text.zh)
        assert text.en
        assert not CHINESE.search(text.en)


def test_every_chapter_has_its_articles() -> None:
    assert {article.chapter for article in ARTICLES.values()} - {None} == set(CHAPTERS)


HOMOGRAPHS = frozenset(
    ("Back", "Book", "Done", "left", "Left", "Next", "Note", "now", "open", "Open", "Papers", "papers", "View")
)
"""Words of English that are several in Chinese: each place says which one it means."""

SAME_SENSE = frozenset((
    ", ", "Accounts", "Add", "Administration", "Code", "English", "Filter", "History", "Phone", "Recovery codes",
    "Remove", "Sessions", "Show all", "name",
))  # fmt: skip
"""What packages say too, in the same sense, and the house in a word of its own; it is said in their pages as well."""


def without_context() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {message.id: message.string for message in read_po(file) if isinstance(message.id, str)
                and message.id and not message.context}  # fmt: skip


def test_a_word_with_two_senses_says_which_is_meant() -> None:
    assert without_context().keys() & HOMOGRAPHS == set()


def test_a_text_that_a_package_has_too_is_meant_as_the_package_means_it() -> None:
    """The house's catalogue comes before those of the packages: its word stands on their pages too."""
    ours, other = without_context(), set()
    for path in Path(django.__file__).parent.parent.glob("**/locale/zh_Hans/LC_MESSAGES/django.mo"):
        with path.open("rb") as file:
            theirs = [message for message in read_mo(file) if isinstance(message.id, str) and not message.context]
        other |= {found.id for found in theirs if ours.get(found.id, found.string) != found.string}
    other -= {""}
    assert other <= SAME_SENSE
    assert ours.keys() >= SAME_SENSE  # no longer than it is needed


def test_account_managers_have_one_name() -> None:
    for source, text in messages():
        assert not re.search("(客户|销售|订台)经理|(?<!营销)(?<!楼面)(?<!总)经理", text), source


MONTHS = {"month", "later", "locked", "closed"}
"""Names of placeholders that stand for a month."""
IN_WORDS = {"month_shown", "in_words", "shown_month", "month_name", "month_text"}


def test_a_month_in_a_message_is_in_words() -> None:
    """2026年10月, not 2026-10: what a message is filled with goes through ``venues.words``."""
    bare = []
    for path in ROOT.glob("*/**/*.py"):
        parts = path.relative_to(ROOT).parts
        if parts[0] in ("tests", ".venv", "var", "static", "node_modules", "bench", "demo") or "migrations" in parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.BinOp(
                    left=ast.Call(func=ast.Name(id="_" | "gettext" | "ngettext" | "pgettext")),
                    op=ast.Mod(), right=ast.Dict(keys=keys, values=values),
                ):  # fmt: skip
                    for key, value in zip(keys, values, strict=True):
                        if isinstance(key, ast.Constant) and key.value in MONTHS and _is_bare(value):
                            bare.append((str(path.relative_to(ROOT)), node.lineno, ast.unparse(value)))
    assert bare == []


def _is_bare(value: ast.expr) -> bool:
    """Whether a month is given as its number: itself, one of something's, or as text."""
    match value:
        case ast.Call(func=ast.Name(id=name)):
            return name not in IN_WORDS
        case ast.Name(id="month" | "locked" | "later" | "closed" | "corrects" | "wanted") | ast.Attribute():
            return True
    return False
