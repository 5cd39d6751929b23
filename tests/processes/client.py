"""Hand what this process was started with to the server that forks; wait, and end as the forked process does.

Signals that end or renew a server are passed on to it. Started without site-packages: it imports little, so that it
costs little.
"""

import _signal  # what ``signal`` gives without the names, which cost as much as all the rest
import array
import marshal
import os
import socket
import sys

if __name__ == "__main__":
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(sys.argv[1])
        told = marshal.dumps((sys.argv[2:], os.getcwd(), dict(os.environ)))
        streams = array.array("i", [0, 1, 2])
        server.sendmsg([len(told).to_bytes(4, "big")], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, streams)])
        server.sendall(told)
        pid = int.from_bytes(server.recv(4), "big")
        for number in (_signal.SIGHUP, _signal.SIGINT, _signal.SIGTERM):
            _signal.signal(number, lambda number, _frame: os.kill(pid, number))
        code = server.recv(1)
    os._exit(code[0] if code else 70)
