"""The controlled switch of the recording, on AF_PACKET sockets.

It relays between the client and server 1, edits the client's SYN if the scenario says so, holds the client's request, and
then moves the connection: what it sends of its own accord comes from the library (plan-step.ts), what it translates
afterwards it translates with scapy and Python integers, so that the library's arithmetic is held against another one.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys

from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from scapy.packet import raw

ETH_P_ALL = 3
HERE = os.path.dirname(os.path.abspath(__file__))
LINKS = ("client", "origin", "target")
# The numbers of the switch's ports in the plan.
PORTS = {"client": 3, "origin": 1, "target": 2}
MODULUS = 1 << 32
# Where server 2 is, when it is not server 1's twin, and whom it stands for.
NAT = {"mac": "00:00:00:00:00:02", "ip": "10.0.0.2", "port": 22222}
VIP = {"mac": "00:00:00:00:00:01", "ip": "10.0.0.1", "port": 11111}


def say(text):
    print(f"relay: {text}", flush=True)


class Planner:
    """plan-step.ts as a child: one JSON line in, one JSON line out."""

    def __init__(self, **options):
        self.options = {"ports": PORTS, **options}
        self.child = subprocess.Popen(
            [os.path.join(HERE, "../../node_modules/.bin/tsx"), os.path.join(HERE, "plan-step.ts")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.child.stdout.readline()  # it says hello once it has loaded

    def step(self, frames):
        question = {**self.options, **{name: bytes(frame).hex() for name, frame in frames.items()}}
        self.child.stdin.write(json.dumps(question) + "\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())

    def close(self):
        self.child.stdin.close()
        self.child.wait()


def without_sack_and_timestamps(frame):
    """The same SYN with these options overwritten by NOPs, so that its length stays."""
    packet = Ether(frame)
    options = []
    for option in packet[TCP].options:
        width = {"SAckOK": 2, "Timestamp": 10}.get(option[0], 0)
        options += [("NOP", None)] * width if width else [option]
    packet[TCP].options = options
    return with_checksum(packet, frame)


def shift(frame, seq, ack):
    """Adds to the sequence and the acknowledgment number."""
    packet = Ether(frame)
    packet[TCP].seq = (packet[TCP].seq + seq) % MODULUS
    packet[TCP].ack = (packet[TCP].ack + ack) % MODULUS
    return with_checksum(packet, frame)


def readdress(frame, side, host):
    """Puts the addresses of `host` in as source ("src") or destination ("dst")."""
    packet = Ether(frame)
    setattr(packet, side, host["mac"])
    setattr(packet[IP], side, host["ip"])
    setattr(packet[TCP], "sport" if side == "src" else "dport", host["port"])
    del packet[IP].chksum
    return with_checksum(packet, frame)


def with_checksum(packet, frame):
    del packet[TCP].chksum
    built = raw(packet)
    assert len(built) == len(frame), "the edit changed the length"
    return built


class Relay:
    def __init__(self, scenario):
        self.normalise = scenario != "timestamps"
        self.nat = scenario == "nat"
        options = {"target": NAT} if self.nat else {}
        if not self.normalise:
            options["policy"] = {"clientToleratesMissingTimestamps": True}
        self.planner = Planner(**options)
        self.sockets = {}
        for link in LINKS:
            self.sockets[link] = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            self.sockets[link].bind((link, 0))
        self.phase = "relay"
        self.seen = {}
        self.difference = 0

    def send(self, link, frame):
        self.sockets[link].send(bytes(frame))

    def receive(self, link):
        frame, address = self.sockets[link].recvfrom(65536)
        if address[2] == socket.PACKET_OUTGOING:
            return
        packet = Ether(frame)
        if TCP in packet:
            getattr(self, f"from_{link}")(frame, packet[TCP])
        elif link != "target":
            # ARP and neighbour discovery; the twin is kept out of it.
            self.send("origin" if link == "client" else "client", frame)

    def from_client(self, frame, tcp):
        if self.phase == "migrated":
            if tcp.flags & 2:
                return  # the plan keeps SYNs away from both sides
            moved = shift(frame, 0, -self.difference)
            self.send("target", readdress(moved, "dst", NAT) if self.nat else moved)
        elif self.phase == "relay":
            if tcp.flags & 2:
                self.seen["syn"] = frame
                self.send("origin", without_sack_and_timestamps(frame) if self.normalise else frame)
            elif len(tcp.payload) > 0:
                self.hold(frame)
            else:
                self.send("origin", frame)

    def from_origin(self, frame, tcp):
        if self.phase != "relay":
            return  # from now on server 1 is not heard
        if tcp.flags & 2:
            self.seen["synAck"] = frame
        self.send("client", frame)

    def from_target(self, frame, tcp):
        if self.phase == "migrated":
            if tcp.flags & 2:
                return
            moved = shift(frame, self.difference, 0)
            self.send("client", readdress(moved, "src", VIP) if self.nat else moved)
        elif self.phase == "dial" and tcp.flags & 0x12 == 0x12:
            self.migrate(frame)

    def hold(self, frame):
        self.phase = "dial"
        self.seen["request"] = frame
        if self.normalise:
            # What server 1 was offered, not what the client offered.
            self.seen["syn"] = without_sack_and_timestamps(self.seen["syn"])
        say(f"holding the request, seq {Ether(frame)[TCP].seq}")
        plan = self.planner.step(self.seen)
        say(f"plan: {plan['status']}, {plan['level']} {' '.join(plan['codes'])}".rstrip())
        assert plan["status"] == "dial", plan
        self.inject(plan)

    def migrate(self, frame):
        say(f"server 2 answered, seq {Ether(frame)[TCP].seq}")
        request = Ether(self.seen["request"])[TCP]
        self.difference = (request.ack - (Ether(frame)[TCP].seq + 1)) % MODULUS
        plan = self.planner.step({**self.seen, "targetSynAck": frame})
        say(f"plan: {plan['status']}, {plan['level']} {' '.join(plan['codes'])}".rstrip())
        assert plan["status"] == "ready", plan
        self.phase = "migrated"
        self.inject(plan)

    def inject(self, plan):
        """Sends the packet-outs of the plan, in its order. The flows of the plan are played by from_client and from_target."""
        for out in plan["packets"]:
            frame = bytes.fromhex(out["frame"])
            tcp = Ether(frame)[TCP]
            say(f"{out['to']}: {tcp.flags} seq {tcp.seq} ack {tcp.ack}, {len(tcp.payload)} bytes: {out['why']}")
            if out["to"] == "table":
                self.from_client(frame, tcp)
            else:
                self.send(out["to"], frame)

    def run(self):
        say("ready")
        links = {sock: link for link, sock in self.sockets.items()}
        while True:
            for sock in select.select(list(links), [], [])[0]:
                self.receive(links[sock])


if __name__ == "__main__":
    # Not an error: the recording is over.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    relay = Relay(sys.argv[1])
    try:
        relay.run()
    finally:
        relay.planner.close()
