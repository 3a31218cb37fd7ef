"""The TCP programs of the recording: plain sockets that know nothing of the migration.

    hosts.py origin|target SERVER PORT
    hosts.py client SERVER PORT CLIENT

The client asks twice on one connection. The answer is numbered lines, so that a byte lost, repeated or out of place shows.
"""

import errno
import socket
import sys
import time

CLIENT_PORT = 33333
TIMEOUT = 15  # seconds

REQUEST = b"GET /report/1 HTTP/1.1\r\nHost: server\r\n\r\n"
SECOND_REQUEST = b"GET /report/2 HTTP/1.1\r\nHost: server\r\nConnection: close\r\n\r\n"


def answer(part, lines):
    body = b"".join(b"part %d line %03d of %03d\n" % (part, line, lines) for line in range(1, lines + 1))
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body


FIRST_ANSWER = answer(1, 200)
SECOND_ANSWER = answer(2, 70)


def say(name, text):
    print(f"{name}: {text}", flush=True)


def receive(connection, length):
    """Exactly `length` bytes, or fewer when the peer closes."""
    data = b""
    while len(data) < length:
        chunk = connection.recv(length - len(data))
        if not chunk:
            break
        data += chunk
    return data


def listen(name, server, port):
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.settimeout(TIMEOUT)
    listener.bind((server, port))
    listener.listen(1)
    say(name, f"listening on {server} port {port}")
    connection, peer = listener.accept()
    connection.settimeout(TIMEOUT)
    say(name, f"accepted {peer[0]} port {peer[1]}")
    return connection


def run_origin(server, port):
    """Gets a connection and never a byte on it: the request is held, and then the connection is reset."""
    connection = listen("origin", server, port)
    try:
        data = connection.recv(4096)
    except OSError as error:
        say("origin", f"{errno.errorcode.get(error.errno, error)} on recv")
        return error.errno == errno.ECONNRESET
    say("origin", f"received {len(data)} bytes, and should not have")
    return False


def run_target(server, port):
    connection = listen("target", server, port)
    for request, reply in ((REQUEST, FIRST_ANSWER), (SECOND_REQUEST, SECOND_ANSWER)):
        data = receive(connection, len(request))
        if data != request:
            say("target", f"a request that nobody sent: {data!r}")
            return False
        say("target", f"request of {len(request)} bytes, answered with {len(reply)}")
        connection.sendall(reply)
    connection.shutdown(socket.SHUT_WR)
    if connection.recv(1):
        say("target", "more than two requests")
        return False
    say("target", "closed by both sides")
    return True


def run_client(server, port, client):
    family = socket.AF_INET6 if ":" in server else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.settimeout(TIMEOUT)
    connection.bind((client, CLIENT_PORT))
    connection.connect((server, port))
    say("client", f"connected to {server} port {port}")
    time.sleep(0.05)  # the handshake's last ACK goes ahead of the request
    for request, reply in ((REQUEST, FIRST_ANSWER), (SECOND_REQUEST, SECOND_ANSWER)):
        connection.sendall(request)
        data = receive(connection, len(reply))
        if data != reply:
            say("client", f"wrong answer: {len(data)} bytes of {len(reply)}")
            return False
        say("client", f"request of {len(request)} bytes, answer of {len(data)} bytes as expected")
    if connection.recv(1):
        say("client", "more than was asked for")
        return False
    connection.close()
    say("client", "complete, closed by the server")
    return True


if __name__ == "__main__":
    role, server, port, *rest = sys.argv[1:]
    run = {"origin": run_origin, "target": run_target, "client": run_client}[role]
    sys.exit(0 if run(server, int(port), *rest) else 1)
