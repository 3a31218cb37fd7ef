"""The ports of a switch that is somewhere else: what comes in by them goes to standard output, and standard input goes out by them.

    ports.py LINK...

A frame is its port's place among the links (one octet), its length (four), and its octets. "ready" on standard error says that
frames are not lost any more.
"""

import os
import select
import socket
import struct
import sys

ETH_P_ALL = 3
HEADER = struct.Struct(">BI")


def main(links):
    sockets = []
    for link in links:
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        # A whole window of segments may come at once.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        sock.bind((link, 0))
        sockets.append(sock)
    print("ready", file=sys.stderr, flush=True)
    pending = b""
    while True:
        for source in select.select([0, *sockets], [], [])[0]:
            if source == 0:
                chunk = os.read(0, 1 << 20)
                if not chunk:
                    return
                pending = sent(pending + chunk, sockets)
                continue
            frame, address = source.recvfrom(65536)
            if address[2] != socket.PACKET_OUTGOING:
                write(HEADER.pack(sockets.index(source), len(frame)) + frame)


def write(data):
    while data:
        data = data[os.write(1, data):]


def sent(pending, sockets):
    at = 0
    while len(pending) - at >= HEADER.size:
        port, length = HEADER.unpack_from(pending, at)
        if len(pending) - at - HEADER.size < length:
            break
        sockets[port].send(pending[at + HEADER.size:at + HEADER.size + length])
        at += HEADER.size + length
    return pending[at:]


main(sys.argv[1:])
