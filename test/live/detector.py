"""A detector at a switch port: looks at what comes there, and writes alerts as Snort or Suricata would.

    detector.py snort|eve SOCKET WORDS

It follows streams only as far as it must: a segment with the words alerts when the connection's handshake was seen.
An acknowledgment of that segment is told, too. Each event is a JSON object per line.
"""

import ctypes
import json
import socket
import struct
import sys

ETH_P_ALL = 3
HEAD = struct.Struct("!HHIIBBHHH")


class Time(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_uint32), ("microseconds", ctypes.c_uint32)]


class PacketHeader(ctypes.Structure):
    _fields_ = [("ts", Time), ("caplen", ctypes.c_uint32), ("pktlen", ctypes.c_uint32)]


class Event(ctypes.Structure):
    names = ("generator", "sid", "rev", "classification", "priority", "event_id", "reference")
    _fields_ = [(name, ctypes.c_uint32) for name in names] + [("ref_time", Time)]


class Alert(ctypes.Structure):
    """Laid out by this machine's own compiler rules."""

    _fields_ = [
        ("message", ctypes.c_char * 256),
        ("header", PacketHeader),
        *[(name, ctypes.c_uint32) for name in ("link", "network", "transport", "data", "validity")],
        ("packet", ctypes.c_uint8 * 65535),
        ("event", Event),
    ]


def say(**what):
    print(json.dumps(what), flush=True)


def segment(frame):
    """Ends, flags, number, acknowledgment and data of a segment over IPv4 without a VLAN tag."""
    if len(frame) < 54 or frame[12:14] != b"\x08\x00" or frame[23] != 6:
        return None
    start = 14 + (frame[14] & 15) * 4
    src, dst, seq, ack, offset, flags, *_ = HEAD.unpack_from(frame, start)
    end = 14 + struct.unpack_from("!H", frame, 16)[0]
    ends = (socket.inet_ntoa(frame[26:30]), src), (socket.inet_ntoa(frame[30:34]), dst)
    return ends, flags, seq, ack, start, frame[start + (offset >> 4) * 4 : end]


def snort_record(frame, transport, payload):
    alert = Alert(message=b"report")
    alert.header.caplen = alert.header.pktlen = len(frame)
    alert.network, alert.transport, alert.data = 14, transport, len(frame) - len(payload)
    ctypes.memmove(alert.packet, frame, len(frame))
    alert.event.generator, alert.event.sid, alert.event.rev = 1, 1000001, 1
    return bytes(alert)


def eve_line(ends):
    (src, src_port), (dst, dst_port) = ends
    alert = {"gid": 1, "signature_id": 1000001, "rev": 1, "signature": "report", "category": "", "severity": 1}
    record = {"event_type": "alert", "src_ip": src, "src_port": src_port, "dest_ip": dst, "dest_port": dst_port}
    return json.dumps({**record, "proto": "TCP", "alert": alert}).encode() + b"\n"


def watch(kind, path, words):
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    wire.bind(("eth0", 0))
    alerts = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM if kind == "snort" else socket.SOCK_STREAM)
    if kind == "eve":
        alerts.connect(path)
    say(ready=True)
    handshakes = {}
    waiting = {}
    while True:
        frame, (_, _, direction, *_) = wire.recvfrom(65535)
        found = segment(frame)
        if direction == socket.PACKET_OUTGOING or not found:
            continue
        ends, flags, seq, ack, transport, payload = found
        if flags & 0x12 == 0x02:
            handshakes[ends] = "S"
        elif flags & 0x12 == 0x12 and ends[::-1] in handshakes:
            handshakes[ends[::-1]] += "A"
        elif waiting.get(ends[::-1]) == ack:
            say(acknowledged=ack)
        if words in payload:
            say(alert=list(ends[0]), handshake=handshakes.get(ends))
            waiting[ends] = (seq + len(payload)) % 2**32
            if kind == "snort":
                alerts.sendto(snort_record(frame, transport, payload), path)
            else:
                alerts.sendall(eve_line(ends))


if __name__ == "__main__":
    watch(sys.argv[1], sys.argv[2], sys.argv[3].encode())
