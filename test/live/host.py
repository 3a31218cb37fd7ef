"""TCP programs on the hosts: plain sockets that know nothing of a migration. Each prints a JSON object per line.

    host.py server NAME ADDRESS PORT
    host.py client ADDRESS PORT OWN OWN_PORT REQUEST:ANSWER...

A request is eight octets, its length and the answer's, and that many more. The answer is that many octets from which it
can be told where in the answer each stands. The client waits for a line before every request but the first.
"""

import errno
import hashlib
import json
import socket
import struct
import sys
import time

TIMEOUT = 12  # seconds
HEAD = struct.Struct(">II")
PATTERN = b"".join(struct.pack(">I", number) for number in range(1 << 18))


def say(**what):
    print(json.dumps(what), flush=True)


def family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def endpoint(address):
    """A socket whose congestion control heeds ECN: what is the default here may not."""
    sock = socket.socket(family(address), socket.SOCK_STREAM)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CONGESTION, b"reno")
    sock.settimeout(TIMEOUT)
    return sock


def exactly(connection, length):
    data = bytearray()
    while len(data) < length:
        chunk = connection.recv(min(1 << 16, length - len(data)))
        if not chunk:
            break
        data += chunk
    return bytes(data)


def serve(name, address, port):
    listener = endpoint(address)
    listener.bind((address, port))
    listener.listen(1)
    say(listening=name)
    connection, _ = listener.accept()
    connection.settimeout(TIMEOUT)
    say(accepted=name)
    try:
        while True:
            head = exactly(connection, HEAD.size)
            if not head:
                say(closed=name)
                break
            length, reply = HEAD.unpack(head)
            body = exactly(connection, length)
            say(request=len(body), sha=hashlib.sha256(body).hexdigest())
            connection.sendall(PATTERN[:reply])
    except OSError as error:
        say(error=errno.errorcode.get(error.errno, str(error)))
    connection.close()


def ask(address, port, own, own_port, exchanges):
    connection = endpoint(address)
    connection.bind((own, own_port))
    connection.connect((address, port))
    say(connected=True)
    time.sleep(0.05)  # the handshake's last ACK goes ahead of the request
    for number, exchange in enumerate(exchanges):
        if number > 0:
            sys.stdin.readline()
        length, reply = map(int, exchange.split(":"))
        started = time.monotonic()
        connection.sendall(HEAD.pack(length, reply) + PATTERN[-length:])
        data = exactly(connection, reply)
        say(answer=len(data), right=data == PATTERN[:reply], ms=round(1000 * (time.monotonic() - started)))
    connection.shutdown(socket.SHUT_WR)
    say(rest=len(connection.recv(1)))
    connection.close()


if __name__ == "__main__":
    role, *rest = sys.argv[1:]
    try:
        if role == "server":
            serve(rest[0], rest[1], int(rest[2]))
        else:
            ask(rest[0], int(rest[1]), rest[2], int(rest[3]), rest[4:])
    except OSError as error:
        say(failed=errno.errorcode.get(error.errno, str(error)))
