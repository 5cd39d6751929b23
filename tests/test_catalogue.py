"""Both languages are complete."""

import ast
import re
from pathlib import Path

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
