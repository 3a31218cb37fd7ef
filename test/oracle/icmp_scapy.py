"""Reads a list of ICMP errors, ARP packets and neighbour messages as JSON; answers with the frames that scapy builds of them."""

import json
import sys

from scapy.config import conf

conf.verb = 0
from scapy.layers.inet import ICMP, IP, TCP  # noqa: E402
from scapy.layers.inet6 import (  # noqa: E402
    ICMPv6DestUnreach,
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6NDOptDstLLAddr,
    ICMPv6NDOptSrcLLAddr,
    ICMPv6PacketTooBig,
    ICMPv6ParamProblem,
    ICMPv6TimeExceeded,
    IPv6,
)
from scapy.layers.l2 import ARP, Ether  # noqa: E402
from scapy.packet import Raw  # noqa: E402


def segment(case):
    version = IP if case["version"] == 4 else IPv6
    hops = {"ttl": case["hops"]} if version is IP else {"hlim": case["hops"]}
    ip = version(src=case["src"], dst=case["dst"], **hops)
    tcp = TCP(sport=case["srcPort"], dport=case["dstPort"], seq=case["seq"], ack=case["ack"], flags="PA", window=500)
    return bytes(ip / tcp / Raw(bytes.fromhex(case["payload"])))[: case["quoted"]]


def error(case):
    ether = Ether(src=case["srcMac"], dst=case["dstMac"])
    quoted = Raw(segment(case["segment"]))
    kind = case["type"]
    if case["segment"]["version"] == 4:
        icmp = ICMP(type=kind, code=case["code"])
        if kind == 3 and case["code"] == 4:
            icmp.nexthopmtu = case["mtu"]
        return ether / IP(src=case["from"], dst=case["to"], flags="DF", id=0) / icmp / quoted
    classes = {1: ICMPv6DestUnreach, 2: ICMPv6PacketTooBig, 3: ICMPv6TimeExceeded, 4: ICMPv6ParamProblem}
    icmp = classes[kind](code=case["code"])
    if kind == 2:
        icmp.mtu = case["mtu"]
    return ether / IPv6(src=case["from"], dst=case["to"], hlim=64) / icmp / quoted


def solicitation(case):
    packet = Ether(src=case["srcMac"], dst=case["dstMac"]) / IPv6(src=case["from"], dst=case["to"], hlim=255)
    packet /= ICMPv6ND_NS(tgt=case["target"])
    return packet / ICMPv6NDOptSrcLLAddr(lladdr=case["mac"]) if case.get("mac") else packet


def advertisement(case):
    packet = Ether(src=case["srcMac"], dst=case["dstMac"]) / IPv6(src=case["from"], dst=case["to"], hlim=255)
    packet /= ICMPv6ND_NA(tgt=case["target"], R=case["router"], S=case["solicited"], O=case["override"])
    return packet / ICMPv6NDOptDstLLAddr(lladdr=case["mac"]) if case.get("mac") else packet


def arp(case):
    packet = ARP(
        op=case["operation"],
        hwsrc=case["senderMac"],
        psrc=case["senderIp"],
        hwdst=case["targetMac"],
        pdst=case["targetIp"],
    )
    return Ether(src=case["srcMac"], dst=case["dstMac"]) / packet


BUILDERS = {"error": error, "solicitation": solicitation, "advertisement": advertisement, "arp": arp}

json.dump([bytes(BUILDERS[case["kind"]](case)).hex() for case in json.load(sys.stdin)], sys.stdout)
