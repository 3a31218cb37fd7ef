"""Messages of Nicira's as os-ken writes and reads them: a JSON line in, a line out.

    {"xid", "format"}    gives the hex of a message that sets the packet-in format
    {"hex"}              gives JSON of a packet-in of properties
"""

import json
import sys

from os_ken.ofproto import ofproto_parser, ofproto_protocol
from os_ken.ofproto import ofproto_v1_3 as ofp
from os_ken.ofproto import ofproto_v1_3_parser as parser

DATAPATH = ofproto_protocol.ProtocolDesc(version=ofp.OFP_VERSION)


def text(value):
    return value.hex() if isinstance(value, (bytes, bytearray)) else value


for line in sys.stdin:
    m = json.loads(line)
    if "format" in m:
        message = parser.NXTSetPacketInFormatMsg(DATAPATH, m["format"])
        message.set_xid(m["xid"])
        message.serialize()
        print(bytes(message.buf).hex())
    else:
        data = bytes.fromhex(m["hex"])
        version, kind, length, xid = ofproto_parser.header(data)
        read = ofproto_parser.msg(DATAPATH, version, kind, length, xid, data)
        names = ["data", "buffer_id", "table_id", "cookie", "reason", "metadata", "userdata", "continuation"]
        facts = {name: text(getattr(read, name)) for name in names}
        print(json.dumps({**facts, "cookie": str(read.cookie), "types": [p.type for p in read.properties]}))
