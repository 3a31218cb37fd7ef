#!/usr/bin/env python3
"""Sends COUNT TCP segments of 1000 bytes by an interface, as fast as it can: blast.py INTERFACE COUNT"""
import socket
import struct
import sys


def ones(data):
    """The Internet checksum (RFC 1071) of an even number of bytes."""
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def segment():
    payload = bytes(946)
    addresses = socket.inet_aton("10.0.0.1") + socket.inet_aton("10.0.0.3")
    tcp = struct.pack("!HHIIHHHH", 80, 33333, 1000, 2000, 0x5018, 1000, 0, 0)
    pseudo = addresses + struct.pack("!HH", 6, len(tcp) + len(payload))
    tcp = tcp[:16] + struct.pack("!H", ones(pseudo + tcp + payload)) + tcp[18:]
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(payload), 1, 0, 64, 6, 0) + addresses
    ip = ip[:10] + struct.pack("!H", ones(ip)) + ip[12:]
    return bytes.fromhex("020000000003" "020000000001" "0800") + ip + tcp + payload


def main():
    interface, count = sys.argv[1], int(sys.argv[2])
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sender.bind((interface, 0))
    frame = segment()
    for _ in range(count):
        sender.send(frame)


main()
