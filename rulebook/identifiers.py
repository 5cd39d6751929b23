"""Check digits of bank cards and ID cards; whether a word is a name."""

import re
import unicodedata

from rulebook import cleaning

_ID_CARD = re.compile(r"\d{17}[\dX]", re.ASCII)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PAPER = re.compile(r"(?=.*[1-9])[0-9A-Z]+", re.ASCII)
_CARD = re.compile(r"(?=.*[1-9])\d+", re.ASCII)
_NUMBER_OF_AN_ID = 18
_LETTERS = ("Ll", "Lu", "Lt", "Lm", "Lo", "Mn", "Mc", "Me")
_LONG_SIGN = "\u30fc"  # of Japanese, typed for a dash

# Words for «nobody»: 无, 未批准, 待审批, 暂不同意, 忘签, 后补 …
_SIMPLIFIED = str.maketrans("無沒暫準審駁決絕認簽補領導請後", "无没暂准审驳决绝认签补领导请后")
_NOBODY = re.compile(
    r"(?:目前|现在|尚|还|暂时|暂|仍)?"
    r"(?:未曾|未|没有|没|冇|木有|无需|无须|不用|不需要|不需|无|毋|待|等待|等|不予|不|拒绝|拒|驳回|否决|反对|禁止"
    r"|忘记|忘|漏|缺|欠|免|后补|补)"
    r"(?:有|被|予|经|能|会|让)?"
    r"(?:批|审|准|核|签|同意|许可|允许|通过|确认|确定|定|填|补|知|详|清楚|明|适用|涉及|用|需要|人|字|复|办|处理|过|可|行|写|领导|主管|者"
    r"|姓|名|无|有|效|道|晓得|记得|以|查|提交|申请|安排|记录|打卡|了|缺)*"
)
_UNDECIDED = re.compile(
    r"[未待没不](?:批|审|核|同意|签)|[未待没不].{1,4}(?:批|批准|审批|审核|同意|签字)$|(?:审批|审核|批准|申请)中"
    r"|^已?(?:拒绝|拒批|驳回|否决|退回|打回|撤销|撤回|取消|作废|作罢)$"
    r"|^(?:口头|电话|微信|短信|邮件|系统|自动|默认)(?:上|已)?(?:批准|批|审批|同意|通过|说过|过|了)?$"
)
_NO_NAMES = frozenset(
    re.findall(
        r"\w+",
        "空 空白 空缺 空值 空格 留空 空着 缺 缺失 略 同上 同前 否 是 有 可 好 行 对 错 真 假 不详 未知 不明 测试 "
        "某 某某 某某某 某人 匿名 佚名 本人 自己 自批 查无 查无此人 待查 暂定 另定 另议 核实中 流程中 在批 失效 否认 "
        "零 一 丨 無し 乂 叉 打叉 勾 打勾 对勾 "
        "已批 已批准 已审 已审批 已同意 已签 批准 准 同意 通过 审批 批准人 "
        "none null nil nan na nd nn no not nope nobody noone nothing unknown unnamed empty blank missing void "
        "undefined true false test pending awaiting waiting inprogress notyet tobeconfirmed tobeapproved "
        "tobedetermined tbd tba tbc todo yes xx xxx ok okay ditto same system auto default forgot verbal "
        "approved unapproved notapproved denied rejected refused declined cancelled withdrawn expired "
        "nein kein keine keiner nada ninguno personne nessuno нет ничего なし ない 없음",
    )
)


def id_number_holds(number: str) -> bool:
    """Whether a number (``cleaning.bare``) may be that of an ID paper: of an ID card by its check digit (GB 11643)."""
    if len(number) == _NUMBER_OF_AN_ID and number[:-1].isdecimal():
        return is_id_card(number)
    return _PAPER.fullmatch(number) is not None


def is_id_card(number: str) -> bool:
    """Whether these are the 18 digits of an ID card, the last of them (or X) as the others ask for."""
    if not _ID_CARD.fullmatch(number):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return number[-1] == _CHECKS[total % 11]


def looks_cut(number: str) -> bool:
    """Whether a number of digits alone is nearly as long as an ID card's, and so was perhaps typed wrong."""
    return number.isdecimal() and len(number) in (16, 17, 19, 20)


def card_holds(number: str) -> bool:
    """Whether a number (``cleaning.bare``) may be a bank account's: digits."""
    return _CARD.fullmatch(number) is not None


def luhn_holds(number: str) -> bool:
    """Whether the last digit of a card's number is the one that the others ask for (Luhn, ISO/IEC 7812)."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_name(text: str) -> bool:
    """Whether a text may be a person's name; words for «nobody», signs, figures and a single Latin letter are none."""
    word = "".join(cleaning.folded(text).split())
    letters = "".join(sign for sign in word if unicodedata.category(sign) in _LETTERS).translate(_SIMPLIFIED)
    if not letters.strip(_LONG_SIGN) or word in _NO_NAMES or letters in _NO_NAMES:
        return False
    if len(letters) == 1 and unicodedata.name(letters).startswith("LATIN"):  # o for 0, x for a cross, y, n
        return False
    return not _NOBODY.fullmatch(letters) and not _UNDECIDED.search(letters)
