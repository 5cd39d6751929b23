"""A browser's name for itself, in two words."""

_PROGRAMS = (
    ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("Lark", "Lark"), ("Edg", "Edge"), ("OPR", "Opera"),
    ("MiuiBrowser", "Mi Browser"), ("HuaweiBrowser", "Huawei Browser"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_DEVICES = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"), ("Windows", "Windows"), ("Macintosh", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(user_agent: str) -> str:
    """``Chrome · Android``; what is not known is shown as far as it fits."""
    words = [next((name for mark, name in known if mark in user_agent), "") for known in (_PROGRAMS, _DEVICES)]
    return " · ".join(word for word in words if word) or user_agent[:40] or "?"
