"""OpenFlow 1.3 messages through os-ken: JSON lines on standard input, one answer line for each on standard output.

{"encode": message} gives {"hex": ...}, {"decode": hex} gives {"message": ...}, {"constants": true} gives every OFP constant.
A message is what toJSON of the library makes of it. Where os-ken only writes or only reads a kind of message, the other
direction uses its pack formats and the parsers of what stands inside.
"""

import json
import logging
import re
import signal
import struct
import sys

from os_ken.ofproto import nx_actions  # noqa: F401 - registers the Nicira actions
from os_ken.ofproto import ofproto_parser, ofproto_protocol
from os_ken.ofproto import ofproto_v1_3 as ofp
from os_ken.ofproto import ofproto_v1_3_parser as parser

logging.disable(logging.CRITICAL)
DATAPATH = ofproto_protocol.ProtocolDesc(version=ofp.OFP_VERSION)
WIDE_FIELDS = {"metadata", "tunnelId"}


def snake(name):
    return re.sub("([A-Z])", lambda found: "_" + found.group(1).lower(), name)


def camel(name):
    return re.sub("_([a-z])", lambda found: found.group(1).upper(), name)


def plain(value):
    """Tagged strings of the library's JSON as Python's integers and bytes."""
    if isinstance(value, str):
        if value.startswith("bigint:"):
            return int(value[len("bigint:"):])
        if value.startswith("bytes:"):
            return bytes.fromhex(value[len("bytes:"):])
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def big(value):
    return "bigint:%d" % value


def raw(data):
    return "bytes:" + bytes(data).hex()


# Matches and fields


def match_of(fields):
    user = {}
    for name, value in fields.items():
        user[snake(name)] = (value["value"], value["mask"]) if isinstance(value, dict) else value
    return parser.OFPMatch(**user)


def field_json(name, value):
    return big(value) if name in WIDE_FIELDS else value


def match_json(match):
    fields = {}
    for key, value in match.items():
        name = camel(key)
        if isinstance(value, tuple):
            fields[name] = {"value": field_json(name, value[0]), "mask": field_json(name, value[1])}
        else:
            fields[name] = field_json(name, value)
    return fields


# Actions and instructions

ACTIONS = {
    "output": (parser.OFPActionOutput, ["port", "max_len"]),
    "group": (parser.OFPActionGroup, ["group_id"]),
    "setQueue": (parser.OFPActionSetQueue, ["queue_id"]),
    "copyTtlOut": (parser.OFPActionCopyTtlOut, []),
    "copyTtlIn": (parser.OFPActionCopyTtlIn, []),
    "setMplsTtl": (parser.OFPActionSetMplsTtl, ["mpls_ttl"]),
    "decMplsTtl": (parser.OFPActionDecMplsTtl, []),
    "pushVlan": (parser.OFPActionPushVlan, ["ethertype"]),
    "popVlan": (parser.OFPActionPopVlan, []),
    "pushMpls": (parser.OFPActionPushMpls, ["ethertype"]),
    "popMpls": (parser.OFPActionPopMpls, ["ethertype"]),
    "setNwTtl": (parser.OFPActionSetNwTtl, ["nw_ttl"]),
    "decNwTtl": (parser.OFPActionDecNwTtl, []),
    "pushPbb": (parser.OFPActionPushPbb, ["ethertype"]),
    "popPbb": (parser.OFPActionPopPbb, []),
}
ACTION_TYPES = {cls: (name, fields) for name, (cls, fields) in ACTIONS.items()}


def camel_field(field):
    return "ttl" if field.endswith("_ttl") else camel(field)


def action_of(action):
    kind = action["type"]
    if kind == "setField":
        ((name, value),) = action["field"].items()
        return parser.OFPActionSetField(**{snake(name): value})
    if kind == "experimenter":
        return parser.OFPActionExperimenterUnknown(action["experimenter"], action["data"])
    cls, fields = ACTIONS[kind]
    return cls(*[action[camel_field(field)] for field in fields])


def action_json(action):
    if isinstance(action, parser.OFPActionSetField):
        name = camel(action.key)
        return {"type": "setField", "field": {name: field_json(name, action.value)}}
    if isinstance(action, parser.OFPActionExperimenter):
        subtype = struct.pack("!H", action.subtype) if hasattr(action, "subtype") else b""
        return {
            "type": "experimenter",
            "experimenter": action.experimenter,
            "data": raw(subtype + bytes(action.data)),
            "length": action.len,
        }
    name, fields = ACTION_TYPES[type(action)]
    return {"type": name, **{camel_field(field): getattr(action, field) for field in fields}}


ACTION_INSTRUCTIONS = {
    "writeActions": ofp.OFPIT_WRITE_ACTIONS,
    "applyActions": ofp.OFPIT_APPLY_ACTIONS,
    "clearActions": ofp.OFPIT_CLEAR_ACTIONS,
}


def instruction_of(instruction):
    kind = instruction["type"]
    if kind == "gotoTable":
        return parser.OFPInstructionGotoTable(instruction["tableId"])
    if kind == "writeMetadata":
        return parser.OFPInstructionWriteMetadata(instruction["metadata"], instruction["metadataMask"])
    if kind == "meter":
        return parser.OFPInstructionMeter(instruction["meterId"])
    actions = [action_of(action) for action in instruction.get("actions", [])]
    return parser.OFPInstructionActions(ACTION_INSTRUCTIONS[kind], actions)


def instruction_json(instruction):
    if isinstance(instruction, parser.OFPInstructionGotoTable):
        return {"type": "gotoTable", "tableId": instruction.table_id}
    if isinstance(instruction, parser.OFPInstructionWriteMetadata):
        return {
            "type": "writeMetadata",
            "metadata": big(instruction.metadata),
            "metadataMask": big(instruction.metadata_mask),
        }
    if isinstance(instruction, parser.OFPInstructionMeter):
        return {"type": "meter", "meterId": instruction.meter_id}
    (kind,) = [name for name, number in ACTION_INSTRUCTIONS.items() if number == instruction.type]
    if kind == "clearActions":
        return {"type": kind}
    return {"type": kind, "actions": [action_json(action) for action in instruction.actions]}


# Messages that os-ken writes


def serialized(message, xid):
    message.set_xid(xid)
    message.serialize()
    return bytes(message.buf)


def packed(code, xid, body):
    return struct.pack(ofp.OFP_HEADER_PACK_STR, ofp.OFP_VERSION, code, ofp.OFP_HEADER_SIZE + len(body), xid) + body


def match_bytes(fields):
    buf = bytearray()
    match_of(fields).serialize(buf, 0)
    return bytes(buf)


PORT_FIELDS = ["config", "state", "curr", "advertised", "supported", "peer", "currSpeed", "maxSpeed"]


def port_values(port):
    address = bytes(int(octet, 16) for octet in port["hwAddr"].split(":"))
    return [port["portNo"], address, port["name"].encode("latin-1"), *[port[field] for field in PORT_FIELDS]]


FLOW_STATS = "tableId durationSec durationNsec priority idleTimeout hardTimeout flags cookie packetCount byteCount".split()


def flow_bytes(flow):
    buf = bytearray()
    for instruction in flow["instructions"]:
        instruction_of(instruction).serialize(buf, len(buf))
    rest = match_bytes(flow["match"]) + bytes(buf)
    length = ofp.OFP_FLOW_STATS_0_SIZE + len(rest)
    return struct.pack(ofp.OFP_FLOW_STATS_0_PACK_STR, length, *[flow[field] for field in FLOW_STATS]) + rest


def reply_body(body):
    kind = body["type"]
    if kind == "desc":
        texts = [body[field].encode("latin-1") for field in ["mfrDesc", "hwDesc", "swDesc", "serialNum", "dpDesc"]]
        return ofp.OFPMP_DESC, struct.pack(ofp.OFP_DESC_PACK_STR, *texts)
    if kind == "flow":
        return ofp.OFPMP_FLOW, b"".join(flow_bytes(flow) for flow in body["flows"])
    if kind == "portDesc":
        return ofp.OFPMP_PORT_DESC, b"".join(
            struct.pack(ofp.OFP_PORT_PACK_STR, *port_values(port)) for port in body["ports"]
        )
    stats = parser.OFPExperimenterMultipart(body["experimenter"], body["expType"], body["data"])
    return ofp.OFPMP_EXPERIMENTER, bytes(stats.serialize())


def multipart_request(message):
    body, flags = message["body"], message["flags"]
    kind = body["type"]
    if kind == "desc":
        return parser.OFPDescStatsRequest(DATAPATH, flags)
    if kind == "portDesc":
        return parser.OFPPortDescStatsRequest(DATAPATH, flags)
    if kind == "flow":
        return parser.OFPFlowStatsRequest(
            DATAPATH,
            flags,
            body["tableId"],
            body["outPort"],
            body["outGroup"],
            body["cookie"],
            body["cookieMask"],
            match_of(body["match"]),
        )
    return parser.OFPExperimenterStatsRequest(DATAPATH, flags, body["experimenter"], body["expType"], body["data"])


FLOW_MOD = (
    "cookie cookieMask tableId command idleTimeout hardTimeout priority bufferId outPort outGroup flags".split()
)
FLOW_REMOVED = (
    "cookie priority reason tableId durationSec durationNsec idleTimeout hardTimeout packetCount byteCount".split()
)


def encode(message):
    m = plain(message)
    kind, xid = m["type"], m["xid"]
    if kind == "hello":
        assert not m["elements"]
        return serialized(parser.OFPHello(DATAPATH), xid)
    if kind == "error":
        error = parser.OFPErrorMsg(
            DATAPATH, m["errorType"], m["code"], m["data"], exp_type=m["code"], experimenter=m.get("experimenter")
        )
        return serialized(error, xid)
    if kind == "echoRequest":
        return serialized(parser.OFPEchoRequest(DATAPATH, m["data"]), xid)
    if kind == "echoReply":
        return serialized(parser.OFPEchoReply(DATAPATH, m["data"]), xid)
    if kind == "experimenter":
        return serialized(parser.OFPExperimenter(DATAPATH, m["experimenter"], m["expType"], m["data"]), xid)
    if kind == "featuresRequest":
        return serialized(parser.OFPFeaturesRequest(DATAPATH), xid)
    if kind == "featuresReply":
        values = [m[field] for field in ["datapathId", "nBuffers", "nTables", "auxiliaryId", "capabilities", "reserved"]]
        return packed(ofp.OFPT_FEATURES_REPLY, xid, struct.pack(ofp.OFP_SWITCH_FEATURES_PACK_STR, *values))
    if kind == "getConfigRequest":
        return serialized(parser.OFPGetConfigRequest(DATAPATH), xid)
    if kind == "getConfigReply":
        body = struct.pack(ofp.OFP_SWITCH_CONFIG_PACK_STR, m["flags"], m["missSendLen"])
        return packed(ofp.OFPT_GET_CONFIG_REPLY, xid, body)
    if kind == "setConfig":
        return serialized(parser.OFPSetConfig(DATAPATH, m["flags"], m["missSendLen"]), xid)
    if kind == "packetIn":
        values = [m[field] for field in ["bufferId", "totalLen", "reason", "tableId", "cookie"]]
        body = struct.pack(ofp.OFP_PACKET_IN_PACK_STR, *values) + match_bytes(m["match"]) + b"\0\0" + m["data"]
        return packed(ofp.OFPT_PACKET_IN, xid, body)
    if kind == "flowRemoved":
        body = struct.pack(ofp.OFP_FLOW_REMOVED_PACK_STR0, *[m[field] for field in FLOW_REMOVED])
        return packed(ofp.OFPT_FLOW_REMOVED, xid, body + match_bytes(m["match"]))
    if kind == "portStatus":
        body = struct.pack(ofp.OFP_PORT_STATUS_PACK_STR, m["reason"], *port_values(m["desc"]))
        return packed(ofp.OFPT_PORT_STATUS, xid, body)
    if kind == "packetOut":
        actions = [action_of(action) for action in m["actions"]]
        return serialized(parser.OFPPacketOut(DATAPATH, m["bufferId"], m["inPort"], actions, m["data"] or None), xid)
    if kind == "flowMod":
        instructions = [instruction_of(instruction) for instruction in m["instructions"]]
        values = [m[field] for field in FLOW_MOD]
        return serialized(parser.OFPFlowMod(DATAPATH, *values, match_of(m["match"]), instructions), xid)
    if kind == "multipartRequest":
        return serialized(multipart_request(m), xid)
    if kind == "multipartReply":
        number, body = reply_body(m["body"])
        header = struct.pack(ofp.OFP_MULTIPART_REPLY_PACK_STR, number, m["flags"])
        return packed(ofp.OFPT_MULTIPART_REPLY, xid, header + body)
    if kind == "barrierRequest":
        return serialized(parser.OFPBarrierRequest(DATAPATH), xid)
    if kind == "barrierReply":
        return serialized(parser.OFPBarrierReply(DATAPATH), xid)
    if kind == "roleRequest":
        return serialized(parser.OFPRoleRequest(DATAPATH, m["role"], int(m["generationId"])), xid)
    if kind == "roleReply":
        body = struct.pack(ofp.OFP_ROLE_REQUEST_PACK_STR, m["role"], int(m["generationId"]))
        return packed(ofp.OFPT_ROLE_REPLY, xid, body)
    raise ValueError("no os-ken message for " + kind)


# Messages that os-ken reads


def port_json(port):
    values = {camel(field): getattr(port, field) for field in port._fields}
    return {**values, "name": port.name.decode("latin-1")}


def flow_json(flow):
    values = {field: getattr(flow, snake(field)) for field in FLOW_STATS}
    for field in ["cookie", "packetCount", "byteCount"]:
        values[field] = big(values[field])
    instructions = [instruction_json(instruction) for instruction in flow.instructions]
    return {**values, "match": match_json(flow.match), "instructions": instructions}


def reply_json(message):
    body = message.body
    if message.type == ofp.OFPMP_DESC:
        return {"type": "desc", **{camel(field): getattr(body, field).decode("latin-1") for field in body._fields}}
    if message.type == ofp.OFPMP_FLOW:
        return {"type": "flow", "flows": [flow_json(flow) for flow in body]}
    if message.type == ofp.OFPMP_PORT_DESC:
        return {"type": "portDesc", "ports": [port_json(port) for port in body]}
    return {
        "type": "experimenter",
        "experimenter": body.experimenter,
        "expType": body.exp_type,
        "data": raw(body.data),
    }


def request_json(buf):
    """os-ken does not read requests: its formats and its parser of matches do."""
    number, flags = struct.unpack_from(ofp.OFP_MULTIPART_REQUEST_PACK_STR, buf, ofp.OFP_HEADER_SIZE)
    at = ofp.OFP_MULTIPART_REQUEST_SIZE
    if number == ofp.OFPMP_EXPERIMENTER:
        stats = parser.OFPExperimenterMultipart.parser(buf, at)
        body = {
            "type": "experimenter",
            "experimenter": stats.experimenter,
            "expType": stats.exp_type,
            "data": raw(stats.data),
        }
    elif number == ofp.OFPMP_FLOW:
        table, port, group, cookie, mask = struct.unpack_from(ofp.OFP_FLOW_STATS_REQUEST_0_PACK_STR, buf, at)
        match = parser.OFPMatch.parser(buf, at + ofp.OFP_FLOW_STATS_REQUEST_0_SIZE)
        body = {
            "type": "flow",
            "tableId": table,
            "outPort": port,
            "outGroup": group,
            "cookie": big(cookie),
            "cookieMask": big(mask),
            "match": match_json(match),
        }
    else:
        assert len(buf) == at
        body = {"type": {ofp.OFPMP_DESC: "desc", ofp.OFPMP_PORT_DESC: "portDesc"}[number]}
    return {"type": "multipartRequest", "flags": flags, "body": body}


def packet_out_json(buf):
    buffer_id, in_port, length = struct.unpack_from(ofp.OFP_PACKET_OUT_PACK_STR, buf, ofp.OFP_HEADER_SIZE)
    at, actions = ofp.OFP_PACKET_OUT_SIZE, []
    end = at + length
    while at < end:
        action = parser.OFPAction.parser(buf, at)
        actions.append(action_json(action))
        at += action.len
    return {"type": "packetOut", "bufferId": buffer_id, "inPort": in_port, "actions": actions, "data": raw(buf[at:])}


def role_request_json(buf):
    role, generation = struct.unpack_from(ofp.OFP_ROLE_REQUEST_PACK_STR, buf, ofp.OFP_HEADER_SIZE)
    return {"type": "roleRequest", "role": role, "generationId": big(generation)}


EMPTY = {
    ofp.OFPT_FEATURES_REQUEST: "featuresRequest",
    ofp.OFPT_GET_CONFIG_REQUEST: "getConfigRequest",
    ofp.OFPT_BARRIER_REQUEST: "barrierRequest",
}


def decode(buf):
    version, code, length, xid = ofproto_parser.header(buf)
    assert (version, length) == (ofp.OFP_VERSION, len(buf))
    return {"xid": xid, **body_json(code, length, xid, buf)}


def body_json(code, length, xid, buf):
    if code in EMPTY:
        assert length == ofp.OFP_HEADER_SIZE
        return {"type": EMPTY[code]}
    if code == ofp.OFPT_SET_CONFIG:
        flags, miss_send_len = struct.unpack_from(ofp.OFP_SWITCH_CONFIG_PACK_STR, buf, ofp.OFP_HEADER_SIZE)
        return {"type": "setConfig", "flags": flags, "missSendLen": miss_send_len}
    if code == ofp.OFPT_PACKET_OUT:
        return packet_out_json(buf)
    if code == ofp.OFPT_MULTIPART_REQUEST:
        return request_json(buf)
    if code == ofp.OFPT_ROLE_REQUEST:
        return role_request_json(buf)
    m = ofproto_parser.msg(DATAPATH, ofp.OFP_VERSION, code, length, xid, buf)
    if code == ofp.OFPT_HELLO:
        elements = [{"type": "versionBitmap", "versions": element.versions} for element in m.elements]
        return {"type": "hello", "version": m.version, "elements": elements}
    if code == ofp.OFPT_ERROR:
        if m.type == ofp.OFPET_EXPERIMENTER:
            detail = {"code": m.exp_type, "experimenter": m.experimenter}
        else:
            detail = {"code": m.code}
        return {"type": "error", "version": m.version, "errorType": m.type, **detail, "data": raw(m.data)}
    if code == ofp.OFPT_ECHO_REQUEST:
        return {"type": "echoRequest", "data": raw(m.data)}
    if code == ofp.OFPT_ECHO_REPLY:
        return {"type": "echoReply", "data": raw(m.data)}
    if code == ofp.OFPT_EXPERIMENTER:
        return {"type": "experimenter", "experimenter": m.experimenter, "expType": m.exp_type, "data": raw(m.data)}
    if code == ofp.OFPT_FEATURES_REPLY:
        return {
            "type": "featuresReply",
            "datapathId": big(m.datapath_id),
            "nBuffers": m.n_buffers,
            "nTables": m.n_tables,
            "auxiliaryId": m.auxiliary_id,
            "capabilities": m.capabilities,
            "reserved": m._reserved,
        }
    if code == ofp.OFPT_GET_CONFIG_REPLY:
        return {"type": "getConfigReply", "flags": m.flags, "missSendLen": m.miss_send_len}
    if code == ofp.OFPT_PACKET_IN:
        return {
            "type": "packetIn",
            "bufferId": m.buffer_id,
            "totalLen": m.total_len,
            "reason": m.reason,
            "tableId": m.table_id,
            "cookie": big(m.cookie),
            "match": match_json(m.match),
            "data": raw(m.data),
        }
    if code == ofp.OFPT_FLOW_REMOVED:
        values = {field: getattr(m, snake(field)) for field in FLOW_REMOVED}
        for field in ["cookie", "packetCount", "byteCount"]:
            values[field] = big(values[field])
        return {"type": "flowRemoved", **values, "match": match_json(m.match)}
    if code == ofp.OFPT_PORT_STATUS:
        return {"type": "portStatus", "reason": m.reason, "desc": port_json(m.desc)}
    if code == ofp.OFPT_FLOW_MOD:
        values = {field: getattr(m, snake(field)) for field in FLOW_MOD}
        for field in ["cookie", "cookieMask"]:
            values[field] = big(values[field])
        instructions = [instruction_json(instruction) for instruction in m.instructions]
        return {"type": "flowMod", **values, "match": match_json(m.match), "instructions": instructions}
    if code == ofp.OFPT_MULTIPART_REPLY:
        return {"type": "multipartReply", "flags": m.flags, "body": reply_json(m)}
    if code == ofp.OFPT_BARRIER_REPLY:
        return {"type": "barrierReply"}
    if code == ofp.OFPT_ROLE_REPLY:
        return {"type": "roleReply", "role": m.role, "generationId": big(m.generation_id)}
    raise ValueError("os-ken reads no message of type %d" % code)


def constants():
    return {
        name: value for name, value in vars(ofp).items() if name.startswith("OFP") and isinstance(value, int)
    }


def too_long(*_):
    raise TimeoutError("os-ken does not come back")


def answer(request):
    signal.alarm(10)
    try:
        if "encode" in request:
            return {"hex": encode(request["encode"]).hex()}
        if "decode" in request:
            return {"message": decode(bytes.fromhex(request["decode"]))}
        return {"constants": constants()}
    except Exception as error:  # pylint: disable=broad-except - the test shows it
        return {"error": "%s: %s" % (type(error).__name__, error)}


signal.signal(signal.SIGALRM, too_long)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
