"""Names as they are typed by their sound: found by ``liu``, ``ly`` or ``yang``, sorted by syllables.

A key is the syllables with 0 between them, by which it sorts in whatever collation, then, behind each 0, what may be
typed: the syllables from one on without blanks, and their first letters.
"""

import os
import re
from collections.abc import Callable
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

from rulebook.cleaning import folded
from storage.derived import DerivedField

LONGEST = 255
_SORTED, _STARTS, _TYPED = 60, 6, 24  # letters that sort, syllables at which a search may start, letters it may have
_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PARTS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_SOUND = re.compile(r"[a-z]+")
_BETWEEN = re.compile(r"[\s'’\-]")

_SURNAMES = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "朴": "piao", "查": "zha", "区": "ou", "盖": "ge",
    "召": "shao", "翟": "zhai", "乐": "yue", "缪": "miao", "折": "she", "员": "yun", "黑": "he", "秘": "bi",
    "么": "yao", "覃": "qin", "牟": "mu", "祭": "zhai", "洗": "xian", "隗": "wei", "繁": "po", "种": "chong",
    "句": "gou", "阚": "kan", "佴": "nai", "都": "du", "干": "gan", "乜": "nie", "卜": "bu", "钭": "tou", "那": "na",
    "过": "guo", "能": "nai", "撒": "sa", "贲": "ben", "尉": "wei", "令": "ling", "宿": "su", "任": "ren", "华": "hua",
    "燕": "yan", "应": "ying", "纪": "ji", "葛": "ge", "宁": "ning", "曲": "qu", "石": "shi", "盛": "sheng",
    "沈": "shen", "车": "che", "长": "zhang", "重": "chong", "行": "xing", "谌": "chen", "莘": "shen", "郗": "xi",
    "哈": "ha", "逄": "pang", "俞": "yu", "柏": "bai", "藏": "zang", "强": "qiang", "郇": "xun", "教": "jiao",
}  # fmt: skip
_DOUBLE_SURNAMES = {
    "万俟": ("mo", "qi"), "尉迟": ("yu", "chi"), "长孙": ("zhang", "sun"), "单于": ("chan", "yu"),
    "澹台": ("tan", "tai"), "令狐": ("ling", "hu"), "宰父": ("zai", "fu"), "鲜于": ("xian", "yu"),
    "呼延": ("hu", "yan"), "拓跋": ("tuo", "ba"), "夏侯": ("xia", "hou"), "欧阳": ("ou", "yang"),
    "皇甫": ("huang", "fu"), "独孤": ("du", "gu"), "南宫": ("nan", "gong"), "司徒": ("si", "tu"),
}  # fmt: skip


class PinyinField(DerivedField):
    """How the name in another field is sounded (``key_of``)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": LONGEST, "derive": key_of, **kwargs})


@lru_cache(50_000)
def key_of(name: str) -> str:
    """The key by which a name is found and sorted; empty for one without letters."""
    syllables = _syllables(name)
    if not syllables:
        return ""
    typed = ["".join(syllables[place:])[:_TYPED] for place in range(min(_STARTS, len(syllables)))]
    first = "".join(one[0] for one in syllables)
    typed += [first[place:][:_TYPED] for place in range(min(_STARTS, len(first)))]
    return f"{'0'.join(syllables)[:_SORTED]}00{'0'.join(dict.fromkeys(typed))}"[:LONGEST]


def sought(text: str) -> str:
    """What the key of a name holds that is looked for by its sound; empty for what is no sound."""
    sound = _BETWEEN.sub("", folded(text)).replace("ü", "v")
    return f"0{sound}" if _SOUND.fullmatch(sound) else ""


def is_found(text: str, name: str) -> bool:
    """Whether a name is meant by the sound that was typed."""
    sound = sought(text)
    return bool(sound) and sound in f"0{key_of(name)}"


@cache
def _reader() -> Callable[[str], list[str]]:
    """The readings' library, loaded by whoever writes or looks for a name first, and without its words.

    Names are no words; these would take a quarter of a second of every command's time, and 30 MB.
    """
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    read: Callable[[str], list[str]] = import_module("pypinyin").lazy_pinyin
    return read


def _syllables(name: str) -> list[str]:
    found: list[str] = []
    is_first = True
    for part in _PARTS.findall(folded(name)):
        if not _IS_HAN.match(part):
            found.append(part)
            continue
        found += _family(part) if is_first else _reader()(part)
        is_first = False
    return found


def _family(name: str) -> list[str]:
    """A name in Han, the surname sounded as surnames are."""
    if name[:2] in _DOUBLE_SURNAMES and len(name) > 2:
        return [*_DOUBLE_SURNAMES[name[:2]], *_reader()(name[2:])]
    surname = _SURNAMES.get(name[0]) or _reader()(name[0])[0]
    return [surname, *(_reader()(name[1:]) if len(name) > 1 else ())]
