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


PORT_STATS = (
    "portNo rxPackets txPackets rxBytes txBytes rxDropped txDropped rxErrors txErrors rxFrameErr rxOverErr rxCrcErr "
    "collisions durationSec durationNsec"
).split()
QUEUE_STATS = "portNo queueId txBytes txPackets txErrors durationSec durationNsec".split()
TABLE_STATS = "tableId activeCount lookupCount matchedCount".split()
AGGREGATE_STATS = "packetCount byteCount flowCount".split()

# Lists of structs of one size: the key in the body, the pack format, the fields.
STATS = {
    "portStats": (ofp.OFPMP_PORT_STATS, "ports", ofp.OFP_PORT_STATS_PACK_STR, PORT_STATS),
    "queue": (ofp.OFPMP_QUEUE, "queues", ofp.OFP_QUEUE_STATS_PACK_STR, QUEUE_STATS),
    "table": (ofp.OFPMP_TABLE, "tables", ofp.OFP_TABLE_STATS_PACK_STR, TABLE_STATS),
}


# Features of tables

TABLE_FEATURES = "tableId name metadataMatch metadataWrite config maxEntries".split()
PROPERTY_TYPES = {
    name: getattr(ofp, "OFPTFPT_" + snake(name).upper())
    for name in (
        "instructions instructionsMiss nextTables nextTablesMiss writeActions writeActionsMiss applyActions "
        "applyActionsMiss match wildcards writeSetfield writeSetfieldMiss applySetfield applySetfieldMiss "
        "experimenter experimenterMiss"
    ).split()
}
PROPERTY_NAMES = {number: name for name, number in PROPERTY_TYPES.items()}


def names_of(prefix):
    return {camel(name[len(prefix):].lower()): number for name, number in vars(ofp).items() if name.startswith(prefix)}


INSTRUCTION_IDS = names_of("OFPIT_")
ACTION_IDS = names_of("OFPAT_")


def name_of(number, names):
    (found,) = [name for name, value in names.items() if value == number]
    return found


def property_of(p):
    kind, number = p["type"], PROPERTY_TYPES[p["type"]]
    if "instructionIds" in p:
        ids = [parser.OFPInstructionId(INSTRUCTION_IDS[i["type"]]) for i in p["instructionIds"]]
        return parser.OFPTableFeaturePropInstructions(number, instruction_ids=ids)
    if "nextTableIds" in p:
        return parser.OFPTableFeaturePropNextTables(number, table_ids=p["nextTableIds"])
    if "actionIds" in p:
        ids = [parser.OFPActionId(ACTION_IDS[i["type"]]) for i in p["actionIds"]]
        return parser.OFPTableFeaturePropActions(number, action_ids=ids)
    if "oxmIds" in p:
        ids = [parser.OFPOxmId(snake(i["field"]), i["hasMask"]) for i in p["oxmIds"]]
        return parser.OFPTableFeaturePropOxm(number, oxm_ids=ids)
    assert kind.startswith("experimenter")
    words = struct.unpack("!%dI" % (len(p["data"]) // 4), p["data"])
    return parser.OFPTableFeaturePropExperimenter(number, None, p["experimenter"], p["expType"], words)


def table_of(table):
    values = [table[field] for field in TABLE_FEATURES]
    values[1] = values[1].encode("latin-1")
    return parser.OFPTableFeaturesStats(*values, [property_of(p) for p in table["properties"]])


def property_json(p):
    kind = PROPERTY_NAMES[p.type]
    if isinstance(p, parser.OFPTableFeaturePropInstructions):
        return {"type": kind, "instructionIds": [{"type": name_of(i.type, INSTRUCTION_IDS)} for i in p.instruction_ids]}
    if isinstance(p, parser.OFPTableFeaturePropNextTables):
        return {"type": kind, "nextTableIds": p.table_ids}
    if isinstance(p, parser.OFPTableFeaturePropActions):
        return {"type": kind, "actionIds": [{"type": name_of(i.type, ACTION_IDS)} for i in p.action_ids]}
    if isinstance(p, parser.OFPTableFeaturePropOxm):
        ids = [{"field": camel(i.type), "hasMask": bool(i.hasmask), "length": i.length} for i in p.oxm_ids]
        return {"type": kind, "oxmIds": ids}
    data = struct.pack("!%dI" % len(p.data), *p.data)
    return {"type": kind, "experimenter": p.experimenter, "expType": p.exp_type, "data": raw(data)}


def table_json(table):
    values = {field: getattr(table, snake(field)) for field in TABLE_FEATURES}
    values["name"] = values["name"].decode("latin-1")
    for field in ["metadataMatch", "metadataWrite"]:
        values[field] = big(values[field])
    return {**values, "properties": [property_json(p) for p in table.properties]}


# Queues

RATES = {"minRate": parser.OFPQueuePropMinRate, "maxRate": parser.OFPQueuePropMaxRate}


def queue_bytes(queue):
    """os-ken only reads them: its formats."""
    properties = b""
    for p in queue["properties"]:
        if p["type"] in RATES:
            number, body = RATES[p["type"]].cls_property, struct.pack(ofp.OFP_QUEUE_PROP_MIN_RATE_PACK_STR, p["rate"])
        else:
            number = ofp.OFPQT_EXPERIMENTER
            body = struct.pack(ofp.OFP_QUEUE_PROP_EXPERIMENTER_PACK_STR, p["experimenter"]) + p["data"]
        length = ofp.OFP_QUEUE_PROP_HEADER_SIZE + len(body)
        properties += struct.pack(ofp.OFP_QUEUE_PROP_HEADER_PACK_STR, number, length) + body
    length = ofp.OFP_PACKET_QUEUE_SIZE + len(properties)
    return struct.pack(ofp.OFP_PACKET_QUEUE_PACK_STR, queue["queueId"], queue["port"], length) + properties


def queue_property_json(p):
    for kind, cls in RATES.items():
        if isinstance(p, cls):
            return {"type": kind, "rate": p.rate}
    return {"type": "experimenter", "experimenter": p.experimenter, "data": raw(p.data)}


def queue_json(queue):
    properties = [queue_property_json(p) for p in queue.properties]
    return {"queueId": queue.queue_id, "port": queue.port, "properties": properties}


# Groups and meters


def bucket_of(bucket):
    actions = [action_of(action) for action in bucket["actions"]]
    return parser.OFPBucket(bucket["weight"], bucket["watchPort"], bucket["watchGroup"], actions)


def bucket_json(bucket):
    return {
        "weight": bucket.weight,
        "watchPort": bucket.watch_port,
        "watchGroup": bucket.watch_group,
        "actions": [action_json(action) for action in bucket.actions],
    }


def serialized_list(items):
    buf = bytearray()
    for item in items:
        item.serialize(buf, len(buf))
    return bytes(buf)


def band_of(band):
    rates = [band["rate"], band["burstSize"]]
    if band["type"] == "drop":
        return parser.OFPMeterBandDrop(*rates)
    if band["type"] == "dscpRemark":
        return parser.OFPMeterBandDscpRemark(*rates, band["precLevel"])
    assert band["data"] == b""
    return parser.OFPMeterBandExperimenter(*rates, band["experimenter"])


def band_json(band):
    rates = {"rate": band.rate, "burstSize": band.burst_size}
    if isinstance(band, parser.OFPMeterBandDrop):
        return {"type": "drop", **rates}
    if isinstance(band, parser.OFPMeterBandDscpRemark):
        return {"type": "dscpRemark", **rates, "precLevel": band.prec_level}
    return {"type": "experimenter", **rates, "experimenter": band.experimenter, "data": raw(b"")}


GROUP_STATS = "groupId refCount packetCount byteCount durationSec durationNsec".split()
METER_STATS = "flowCount packetInCount byteInCount durationSec durationNsec".split()
BUCKET_COUNTER = ["packetCount", "byteCount"]
BAND_STATS = ["packetBandCount", "byteBandCount"]
GROUP_FEATURES = ["types", "capabilities", "maxGroups", "actions"]
METER_FEATURES = "maxMeter bandTypes capabilities maxBands maxColor".split()


def group_stats_bytes(group):
    """os-ken only reads what a switch tells: its formats."""
    counters = [struct.pack(ofp.OFP_BUCKET_COUNTER_PACK_STR, *[c[f] for f in BUCKET_COUNTER]) for c in group["bucketStats"]]
    length = ofp.OFP_GROUP_STATS_SIZE + sum(map(len, counters))
    return struct.pack(ofp.OFP_GROUP_STATS_PACK_STR, length, *[group[f] for f in GROUP_STATS]) + b"".join(counters)


def group_desc_bytes(group):
    buckets = serialized_list(bucket_of(bucket) for bucket in group["buckets"])
    length = ofp.OFP_GROUP_DESC_STATS_SIZE + len(buckets)
    return struct.pack(ofp.OFP_GROUP_DESC_STATS_PACK_STR, length, group["groupType"], group["groupId"]) + buckets


def meter_stats_bytes(meter):
    bands = [struct.pack(ofp.OFP_METER_BAND_STATS_PACK_STR, *[b[f] for f in BAND_STATS]) for b in meter["bandStats"]]
    length = ofp.OFP_METER_STATS_SIZE + sum(map(len, bands))
    values = [meter["meterId"], length, *[meter[f] for f in METER_STATS]]
    return struct.pack(ofp.OFP_METER_STATS_PACK_STR, *values) + b"".join(bands)


def meter_config_bytes(meter):
    bands = serialized_list(band_of(band) for band in meter["bands"])
    length = ofp.OFP_METER_CONFIG_SIZE + len(bands)
    return struct.pack(ofp.OFP_METER_CONFIG_PACK_STR, length, meter["flags"], meter["meterId"]) + bands


def group_or_meter_body(body):
    kind = body["type"]
    if kind == "group":
        return ofp.OFPMP_GROUP, b"".join(map(group_stats_bytes, body["groups"]))
    if kind == "groupDesc":
        return ofp.OFPMP_GROUP_DESC, b"".join(map(group_desc_bytes, body["groups"]))
    if kind == "groupFeatures":
        values = [body["types"], body["capabilities"], *body["maxGroups"], *body["actions"]]
        return ofp.OFPMP_GROUP_FEATURES, struct.pack(ofp.OFP_GROUP_FEATURES_PACK_STR, *values)
    if kind == "meter":
        return ofp.OFPMP_METER, b"".join(map(meter_stats_bytes, body["meters"]))
    if kind == "meterConfig":
        return ofp.OFPMP_METER_CONFIG, b"".join(map(meter_config_bytes, body["meters"]))
    if kind == "meterFeatures":
        values = [body[field] for field in METER_FEATURES]
        return ofp.OFPMP_METER_FEATURES, struct.pack(ofp.OFP_METER_FEATURES_PACK_STR, *values)
    return None


def group_or_meter_json(message):
    """os-ken makes a list of features, too."""
    body = message.body
    if message.type == ofp.OFPMP_GROUP:
        groups = [
            {**struct_json(g, GROUP_STATS), "bucketStats": [struct_json(c, BUCKET_COUNTER) for c in g.bucket_stats]}
            for g in body
        ]
        return {"type": "group", "groups": groups}
    if message.type == ofp.OFPMP_GROUP_DESC:
        groups = [
            {"groupType": g.type, "groupId": g.group_id, "buckets": [bucket_json(bucket) for bucket in g.buckets]}
            for g in body
        ]
        return {"type": "groupDesc", "groups": groups}
    if message.type == ofp.OFPMP_GROUP_FEATURES:
        return {"type": "groupFeatures", **{field: getattr(body, snake(field)) for field in GROUP_FEATURES}}
    if message.type == ofp.OFPMP_METER:
        meters = [
            {
                "meterId": m.meter_id,
                **struct_json(m, METER_STATS),
                "bandStats": [struct_json(band, BAND_STATS) for band in m.band_stats],
            }
            for m in body
        ]
        return {"type": "meter", "meters": meters}
    if message.type == ofp.OFPMP_METER_CONFIG:
        meters = [
            {"flags": m.flags, "meterId": m.meter_id, "bands": [band_json(band) for band in m.bands]} for m in body
        ]
        return {"type": "meterConfig", "meters": meters}
    if message.type == ofp.OFPMP_METER_FEATURES:
        (features,) = body
        return {"type": "meterFeatures", **{field: getattr(features, snake(field)) for field in METER_FEATURES}}
    return None


GROUP_REQUESTS = {
    "groupDesc": parser.OFPGroupDescStatsRequest,
    "groupFeatures": parser.OFPGroupFeaturesStatsRequest,
    "meterFeatures": parser.OFPMeterFeaturesStatsRequest,
}


def group_or_meter_request(kind, body, flags):
    if kind in GROUP_REQUESTS:
        return GROUP_REQUESTS[kind](DATAPATH, flags)
    if kind == "group":
        return parser.OFPGroupStatsRequest(DATAPATH, flags, body["groupId"])
    if kind == "meter":
        return parser.OFPMeterStatsRequest(DATAPATH, flags, body["meterId"])
    if kind == "meterConfig":
        return parser.OFPMeterConfigStatsRequest(DATAPATH, flags, body["meterId"])
    return None


def group_mod_json(buf):
    """os-ken does not read changes: its formats and its parsers of what stands inside do."""
    command, kind, group = struct.unpack_from(ofp.OFP_GROUP_MOD_PACK_STR, buf, ofp.OFP_HEADER_SIZE)
    at, buckets = ofp.OFP_GROUP_MOD_SIZE, []
    while at < len(buf):
        bucket = parser.OFPBucket.parser(buf, at)
        buckets.append(bucket_json(bucket))
        at += bucket.len
    return {"type": "groupMod", "command": command, "groupType": kind, "groupId": group, "buckets": buckets}


def meter_mod_json(buf):
    command, flags, meter = struct.unpack_from(ofp.OFP_METER_MOD_PACK_STR, buf, ofp.OFP_HEADER_SIZE)
    at, bands = ofp.OFP_METER_MOD_SIZE, []
    while at < len(buf):
        band = parser.OFPMeterBandHeader.parser(buf, at)
        bands.append(band_json(band))
        at += band.len
    return {"type": "meterMod", "command": command, "flags": flags, "meterId": meter, "bands": bands}


ASYNC = ["packetInMask", "portStatusMask", "flowRemovedMask"]


def reply_body(body):
    kind = body["type"]
    told = group_or_meter_body(body)
    if told:
        return told
    if kind in STATS:
        number, key, layout, fields = STATS[kind]
        return number, b"".join(struct.pack(layout, *[item[field] for field in fields]) for item in body[key])
    if kind == "aggregate":
        values = [body[field] for field in AGGREGATE_STATS]
        return ofp.OFPMP_AGGREGATE, struct.pack(ofp.OFP_AGGREGATE_STATS_REPLY_PACK_STR, *values)
    if kind == "tableFeatures":
        return ofp.OFPMP_TABLE_FEATURES, b"".join(bytes(table_of(table).serialize()) for table in body["tables"])
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
    asked = group_or_meter_request(kind, body, flags)
    if asked:
        return asked
    if kind == "desc":
        return parser.OFPDescStatsRequest(DATAPATH, flags)
    if kind == "portDesc":
        return parser.OFPPortDescStatsRequest(DATAPATH, flags)
    if kind == "table":
        return parser.OFPTableStatsRequest(DATAPATH, flags)
    if kind == "portStats":
        return parser.OFPPortStatsRequest(DATAPATH, flags, body["portNo"])
    if kind == "queue":
        return parser.OFPQueueStatsRequest(DATAPATH, flags, body["portNo"], body["queueId"])
    if kind == "tableFeatures":
        return parser.OFPTableFeaturesStatsRequest(DATAPATH, flags, [table_of(table) for table in body["tables"]])
    if kind in ("flow", "aggregate"):
        cls = parser.OFPFlowStatsRequest if kind == "flow" else parser.OFPAggregateStatsRequest
        return cls(
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
    if kind == "groupMod":
        buckets = [bucket_of(bucket) for bucket in m["buckets"]]
        return serialized(parser.OFPGroupMod(DATAPATH, m["command"], m["groupType"], m["groupId"], buckets), xid)
    if kind == "meterMod":
        bands = [band_of(band) for band in m["bands"]]
        return serialized(parser.OFPMeterMod(DATAPATH, m["command"], m["flags"], m["meterId"], bands), xid)
    if kind == "portMod":
        values = [m[field] for field in ["portNo", "hwAddr", "config", "mask", "advertise"]]
        return serialized(parser.OFPPortMod(DATAPATH, *values), xid)
    if kind == "tableMod":
        return serialized(parser.OFPTableMod(DATAPATH, m["tableId"], m["config"]), xid)
    if kind == "queueGetConfigRequest":
        return serialized(parser.OFPQueueGetConfigRequest(DATAPATH, m["port"]), xid)
    if kind == "queueGetConfigReply":
        body = struct.pack(ofp.OFP_QUEUE_GET_CONFIG_REPLY_PACK_STR, m["port"])
        return packed(ofp.OFPT_QUEUE_GET_CONFIG_REPLY, xid, body + b"".join(queue_bytes(queue) for queue in m["queues"]))
    if kind == "getAsyncRequest":
        return serialized(parser.OFPGetAsyncRequest(DATAPATH), xid)
    if kind == "getAsyncReply":
        masks = [mask for field in ASYNC for mask in m[field]]
        return packed(ofp.OFPT_GET_ASYNC_REPLY, xid, struct.pack(ofp.OFP_ASYNC_CONFIG_PACK_STR, *masks))
    if kind == "setAsync":
        return serialized(parser.OFPSetAsync(DATAPATH, *[m[field] for field in ASYNC]), xid)
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


def struct_json(item, fields):
    values = {field: getattr(item, snake(field)) for field in fields}
    wide = re.compile("Packets|Bytes|Dropped|Errors|Err$|collisions|(packet|byte|lookup|matched|.*In|.*Band)Count")
    return {field: big(value) if wide.search(field) else value for field, value in values.items()}


def reply_json(message):
    body = message.body
    told = group_or_meter_json(message)
    if told:
        return told
    for kind, (number, key, _, fields) in STATS.items():
        if message.type == number:
            return {"type": kind, key: [struct_json(item, fields) for item in body]}
    if message.type == ofp.OFPMP_AGGREGATE:
        return {"type": "aggregate", **struct_json(body, AGGREGATE_STATS)}
    if message.type == ofp.OFPMP_TABLE_FEATURES:
        return {"type": "tableFeatures", "tables": [table_json(table) for table in body]}
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


EMPTY_REQUESTS = {
    ofp.OFPMP_DESC: "desc",
    ofp.OFPMP_TABLE: "table",
    ofp.OFPMP_PORT_DESC: "portDesc",
    ofp.OFPMP_GROUP_DESC: "groupDesc",
    ofp.OFPMP_GROUP_FEATURES: "groupFeatures",
    ofp.OFPMP_METER_FEATURES: "meterFeatures",
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
    elif number == ofp.OFPMP_PORT_STATS:
        (port,) = struct.unpack_from(ofp.OFP_PORT_STATS_REQUEST_PACK_STR, buf, at)
        body = {"type": "portStats", "portNo": port}
    elif number == ofp.OFPMP_QUEUE:
        port, queue = struct.unpack_from(ofp.OFP_QUEUE_STATS_REQUEST_PACK_STR, buf, at)
        body = {"type": "queue", "portNo": port, "queueId": queue}
    elif number == ofp.OFPMP_GROUP:
        (group,) = struct.unpack_from(ofp.OFP_GROUP_STATS_REQUEST_PACK_STR, buf, at)
        body = {"type": "group", "groupId": group}
    elif number in (ofp.OFPMP_METER, ofp.OFPMP_METER_CONFIG):
        (meter,) = struct.unpack_from(ofp.OFP_METER_MULTIPART_REQUEST_PACK_STR, buf, at)
        body = {"type": "meter" if number == ofp.OFPMP_METER else "meterConfig", "meterId": meter}
    elif number == ofp.OFPMP_TABLE_FEATURES:
        tables = []
        while at < len(buf):
            tables.append(parser.OFPTableFeaturesStats.parser(buf, at))
            at += tables[-1].length
        body = {"type": "tableFeatures", "tables": [table_json(table) for table in tables]}
    elif number in (ofp.OFPMP_FLOW, ofp.OFPMP_AGGREGATE):
        table, port, group, cookie, mask = struct.unpack_from(ofp.OFP_FLOW_STATS_REQUEST_0_PACK_STR, buf, at)
        match = parser.OFPMatch.parser(buf, at + ofp.OFP_FLOW_STATS_REQUEST_0_SIZE)
        body = {
            "type": "flow" if number == ofp.OFPMP_FLOW else "aggregate",
            "tableId": table,
            "outPort": port,
            "outGroup": group,
            "cookie": big(cookie),
            "cookieMask": big(mask),
            "match": match_json(match),
        }
    else:
        assert len(buf) == at
        body = {"type": EMPTY_REQUESTS[number]}
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
    ofp.OFPT_GET_ASYNC_REQUEST: "getAsyncRequest",
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
    if code == ofp.OFPT_PORT_MOD:
        port, address, config, mask, advertise = struct.unpack_from(ofp.OFP_PORT_MOD_PACK_STR, buf, ofp.OFP_HEADER_SIZE)
        address = ":".join("%02x" % octet for octet in address)
        values = {"config": config, "mask": mask, "advertise": advertise}
        return {"type": "portMod", "portNo": port, "hwAddr": address, **values}
    if code == ofp.OFPT_TABLE_MOD:
        table, config = struct.unpack_from(ofp.OFP_TABLE_MOD_PACK_STR, buf, ofp.OFP_HEADER_SIZE)
        return {"type": "tableMod", "tableId": table, "config": config}
    if code == ofp.OFPT_QUEUE_GET_CONFIG_REQUEST:
        (port,) = struct.unpack_from(ofp.OFP_QUEUE_GET_CONFIG_REQUEST_PACK_STR, buf, ofp.OFP_HEADER_SIZE)
        return {"type": "queueGetConfigRequest", "port": port}
    if code == ofp.OFPT_SET_ASYNC:
        masks = struct.unpack_from(ofp.OFP_ASYNC_CONFIG_PACK_STR, buf, ofp.OFP_HEADER_SIZE)
        return {"type": "setAsync", **{field: masks[2 * i:2 * i + 2] for i, field in enumerate(ASYNC)}}
    if code == ofp.OFPT_PACKET_OUT:
        return packet_out_json(buf)
    if code == ofp.OFPT_GROUP_MOD:
        return group_mod_json(buf)
    if code == ofp.OFPT_METER_MOD:
        return meter_mod_json(buf)
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
    if code == ofp.OFPT_QUEUE_GET_CONFIG_REPLY:
        return {"type": "queueGetConfigReply", "port": m.port, "queues": [queue_json(queue) for queue in m.queues]}
    if code == ofp.OFPT_GET_ASYNC_REPLY:
        return {"type": "getAsyncReply", **{field: getattr(m, snake(field)) for field in ASYNC}}
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
