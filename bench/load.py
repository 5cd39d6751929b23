"""Asks for pages over many connections at once: ``python -m bench.load``, the plan on its input, as JSON.

The plan: ``port``; ``pages``, a list of name, path and session key; ``requests`` a page; ``board``, the path of the
page that states the ``{version}`` which a path may ask with. Milliseconds come back by name. All connections ask for
one page at a time, so that nobody waits behind another page; the pages take turns in rounds, so that a busy moment of
the machine meets all. The first round warms up and is not told.
"""

import http.client
import json
import re
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any

CONNECTIONS = 16
A_ROUND = 48


def ask(port: int, path: str, session: str) -> tuple[float, bytes]:
    """Milliseconds until the whole page is there, and the page."""
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": f"sessionid={session}; django_language=zh-hans"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status not in (200, 204):
        raise RuntimeError(f"{path} answers {answer.status}")
    return 1000 * (time.perf_counter() - start), content


def version_of(board: bytes) -> str:
    """The version with which a page asks whether there is anything newer."""
    found = re.search(rb"/poll/\?v=([^\"&]+)", board)
    if found is None:
        raise RuntimeError("the board states no version")
    return found[1].decode()


def load(plan: dict[str, Any]) -> dict[str, list[float]]:
    """Milliseconds of every request by page, those of the first round left out."""
    found: dict[str, list[float]] = defaultdict(list)
    a_round = min(A_ROUND, plan["requests"])
    with ThreadPoolExecutor(CONNECTIONS) as connections:
        for number in range(1 + -(-plan["requests"] // a_round)):
            for name, path, session in plan["pages"]:
                if "{version}" in path:
                    board = ask(plan["port"], plan["board"], session)[1]
                    path = path.format(version=version_of(board))
                asked = [connections.submit(ask, plan["port"], path, session) for _ in range(a_round)]
                spent = [one.result()[0] for one in asked]
                if number:
                    found[name] += spent
    return found


if __name__ == "__main__":
    json.dump(load(json.load(sys.stdin)), sys.stdout)
