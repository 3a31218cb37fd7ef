"""Reads a list of frames as JSON; answers with what scapy builds from the values and what it dissects from the bytes."""

import json
import sys

from scapy.config import conf

conf.verb = 0
from scapy.layers.inet import IP, TCP  # noqa: E402
from scapy.layers.inet6 import (  # noqa: E402
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrHopByHop,
    PadN,
)
from scapy.layers.l2 import Dot1AD, Dot1Q, Ether  # noqa: E402
from scapy.packet import Padding, Raw  # noqa: E402

TAGS = {0x8100: Dot1Q, 0x88A8: Dot1AD}
EXTENSIONS = {0: IPv6ExtHdrHopByHop, 60: IPv6ExtHdrDestOpt}


def option_for_scapy(option):
    """scapy's own name and value where it has one, else the kind as a number and the bytes."""
    kind = option["type"]
    if kind == "nop":
        return ("NOP", None)
    if kind == "end":
        return ("EOL", None)
    if kind == "mss":
        return ("MSS", option["value"])
    if kind == "windowScale":
        return ("WScale", option["shift"])
    if kind == "sackPermitted":
        return ("SAckOK", b"")
    if kind == "sack":
        return ("SAck", tuple(edge for block in option["blocks"] for edge in (block["left"], block["right"])))
    if kind == "timestamps":
        return ("Timestamp", (option["value"], option["echo"]))
    if kind == "md5":
        return ("MD5", bytes.fromhex(option["digest"]))
    if kind == "userTimeout":
        return ("UTO", (0x8000 if option["granularity"] == "minutes" else 0) | option["timeout"])
    if kind == "authentication":
        return ("AO", bytes([option["keyId"], option["rNextKeyId"]]) + bytes.fromhex(option["mac"]))
    if kind == "multipath":
        return (30, bytes([option["subtype"] << 4 | option["bits"]]) + bytes.fromhex(option["data"]))
    if kind == "fastOpen":
        cookie = bytes.fromhex(option["cookie"])
        if "experimentalKind" in option:
            return (option["experimentalKind"], b"\xf9\x89" + cookie)
        return (34, cookie)
    if kind == "tcpEno":
        return (69, bytes.fromhex(option["suboptions"]))
    if kind in ("accEcn0", "accEcn1"):
        return (172 if kind == "accEcn0" else 174, b"".join(count.to_bytes(3, "big") for count in option["counters"]))
    if kind == "unknown":
        return (option["kind"], bytes.fromhex(option["data"]))
    raise ValueError(kind)


def build(frame):
    ethernet = frame["ethernet"]
    packet = Ether(dst=ethernet["dst"], src=ethernet["src"])
    for tag in ethernet["vlans"]:
        packet /= TAGS[tag["tpid"]](prio=tag["pcp"], id=int(tag["dei"]), vlan=tag["vid"])
    if "ipv4" in frame:
        ip = frame["ipv4"]
        packet /= IP(
            src=ip["src"],
            dst=ip["dst"],
            tos=ip["dscp"] << 2 | ip["ecn"],
            id=ip["identification"],
            flags=ip["reservedFlag"] << 2 | ip["dontFragment"] << 1 | ip["moreFragments"],
            frag=ip["fragmentOffset"],
            ttl=ip["ttl"],
            options=[Raw(bytes.fromhex(ip["options"]))] if ip["options"] else [],
        )
    else:
        ip = frame["ipv6"]
        packet /= IPv6(
            src=ip["src"], dst=ip["dst"], tc=ip["dscp"] << 2 | ip["ecn"], fl=ip["flowLabel"], hlim=ip["hopLimit"]
        )
        for extension in ip["extensions"]:
            padding = bytes.fromhex(extension["raw"])[4:]
            packet /= EXTENSIONS[extension["type"]](autopad=0, options=[PadN(optdata=padding)])
    tcp = frame["tcp"]
    packet /= TCP(
        sport=tcp["srcPort"],
        dport=tcp["dstPort"],
        seq=tcp["seq"],
        ack=tcp["ack"],
        reserved=tcp["flags"] >> 9,
        flags=tcp["flags"] & 0x1FF,
        window=tcp["window"],
        urgptr=tcp["urgentPointer"],
        options=[option_for_scapy(option) for option in tcp["options"]],
    )
    if frame["payload"]:
        packet /= Raw(bytes.fromhex(frame["payload"]))
    if ethernet["trailer"]:
        packet /= Padding(bytes.fromhex(ethernet["trailer"]))
    return bytes(packet)


def option_from_scapy(name, value):
    if isinstance(value, tuple):
        return [name, *value]
    if name == "AO":
        return [name, value.keyid, value.rnextkeyid, bytes(value.mac).hex()]
    return [name, value.hex() if isinstance(value, bytes) else value]


def dissect(data):
    packet = Ether(data)
    answer = {"dst": packet.dst, "src": packet.src, "tags": []}
    layer = packet
    while isinstance(layer.payload, Dot1Q):
        tpid = layer.type
        layer = layer.payload
        answer["tags"].append([tpid, layer.prio, layer.id, layer.vlan])
    answer["ethType"] = layer.type
    ip = layer.payload
    if isinstance(ip, IP):
        answer["ip"] = [ip.src, ip.dst, ip.tos, ip.len, ip.id, int(ip.flags), ip.frag, ip.ttl, ip.proto, ip.chksum, ip.ihl]
    else:
        answer["ip"] = [ip.src, ip.dst, ip.tc, ip.plen, ip.fl, ip.nh, ip.hlim]
        answer["extensions"] = []
        while not isinstance(ip.payload, TCP):
            number = ip.nh
            ip = ip.payload
            answer["extensions"].append([number, ip.nh, ip.len])
    tcp = packet[TCP]
    answer["tcp"] = [tcp.sport, tcp.dport, tcp.seq, tcp.ack, tcp.dataofs, tcp.reserved, int(tcp.flags)]
    answer["tcp"] += [tcp.window, tcp.chksum, tcp.urgptr]
    answer["options"] = [option_from_scapy(*option) for option in tcp.options]
    answer["payload"] = bytes(packet[Raw]).hex() if Raw in tcp else ""
    answer["trailer"] = bytes(packet[Padding]).hex() if Padding in packet else ""
    if Padding in packet and Raw in tcp:
        answer["payload"] = tcp[Raw].load.hex()
    return answer


cases = json.load(sys.stdin)
json.dump(
    [{"built": build(case["frame"]).hex(), "dissected": dissect(bytes.fromhex(case["bytes"]))} for case in cases], sys.stdout
)
