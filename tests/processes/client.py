"""Hand what this process was started with to the server that forks; wait, and end as the forked process does.

Started without site-packages: it imports little, so that it costs little.
"""

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
        code = server.recv(1)
    os._exit(code[0] if code else 70)
