"""Bundles as os-ken writes them: a JSON line in, a line of hex out.

    {"xid", "bundleId", "flags", "controlType"}                      gives a bundle control message
    {"xid", "bundleId", "flags", "priority", "port"}                 gives a flow-mod in a bundle
"""

import json
import sys

from os_ken.ofproto import ofproto_protocol
from os_ken.ofproto import ofproto_v1_3 as ofp
from os_ken.ofproto import ofproto_v1_3_parser as parser

DATAPATH = ofproto_protocol.ProtocolDesc(version=ofp.OFP_VERSION)


def flow(priority, port):
    match = parser.OFPMatch(eth_type=0x0800, ip_proto=6)
    actions = parser.OFPInstructionActions(ofp.OFPIT_APPLY_ACTIONS, [parser.OFPActionOutput(port, 0)])
    return parser.OFPFlowMod(
        DATAPATH, priority=priority, match=match, instructions=[actions], out_port=ofp.OFPP_ANY, out_group=ofp.OFPG_ANY
    )


for line in sys.stdin:
    m = json.loads(line)
    if "controlType" in m:
        message = parser.ONFBundleCtrlMsg(DATAPATH, m["bundleId"], m["controlType"], m["flags"], [])
    else:
        inner = flow(m["priority"], m["port"])
        message = parser.ONFBundleAddMsg(DATAPATH, m["bundleId"], m["flags"], inner, [])
    message.set_xid(m["xid"])
    message.serialize()
    print(bytes(message.buf).hex())
