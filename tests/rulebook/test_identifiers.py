"""Whose word counts: what in a column of names is a person's name, and what says that there is none."""

from rulebook.identifiers import is_name

NOBODY = """
不批 没批 未核准 待领导批 待补 后补 补签 忘了 忘签 漏批 缺签 免批 退回 拒批 已驳回 已取消 撤回 禁止 无效 未允许
不知道 不涉及 未提交 未安排 沒有 沒批 暫無 否決 未批準 無需 口头 口头同意 微信同意 电话 系统 自动 默认 匿名 某某
空值 留空 查无此人 核实中 流程中 另议 一 丨 ー — ─ 零 〇 ○ Ø O o x Ⅰ 乂 叉 打勾 √ ？ … 。 n/a. N\\A nil TBC nope NN
awaiting not\u00a0approved to\u00a0be\u00a0confirmed нет なし 없음 (空) 「无」
"""
SOMEBODY = """
周主管 主管 老板 夜班经理 王批 李准 吴同意 安可 田准 行云 梅无 何无忌 易无咎 无双 陈不凡 岳不群 未央 待之 没鹿回
白缺 忘川 漏夏 补天 一一 李一 張無忌 Noah Nana No\u00a0Min-woo Na\u00a0Li X.Li Ng Øyvind O'Neil Ok\u00a0Taecyeon
カー 壬·买买提
"""


def test_words_signs_and_single_letters_for_nobody_are_no_names() -> None:
    assert [word for line in NOBODY.split("\n") for word in line.split(" ") if word and is_name(word)] == []


def test_a_name_may_hold_what_says_nobody_elsewhere() -> None:
    assert [word for line in SOMEBODY.split("\n") for word in line.split(" ") if word and not is_name(word)] == []
