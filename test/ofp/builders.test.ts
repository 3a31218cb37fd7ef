import { describe, expect, it } from "vitest";
import {
  applyActions,
  barrierReply,
  barrierRequest,
  createCodec,
  echoReply,
  echoRequest,
  errorMessage,
  experimenterMessage,
  featuresReply,
  featuresRequest,
  flowMod,
  flowRemoved,
  flowStats,
  GroupType,
  getAsyncReply,
  getAsyncRequest,
  getConfigReply,
  getConfigRequest,
  gotoTable,
  groupDesc,
  groupMod,
  groupStats,
  hello,
  MeterModCommand,
  meter,
  meterConfig,
  meterMod,
  meterStats,
  multipartReply,
  multipartRequest,
  packetIn,
  packetOut,
  packetQueue,
  portDesc,
  portMod,
  portStats,
  portStatus,
  queueGetConfigReply,
  queueGetConfigRequest,
  queueStats,
  roleReply,
  roleRequest,
  setAsync,
  setConfig,
  tableFeatures,
  tableMod,
  tableStats,
  writeActions,
  writeMetadata,
} from "../../src/ofp/index.ts";
import { fromHex, toHex } from "../../src/wire/index.ts";

/** Builders with arguments that they take; each named field is a number of so many bits, unless it says what else. */
type Kind = 8 | 16 | 32 | "u64" | "bytes" | "list" | "pair" | "object" | "mac" | "text" | "name";

interface Row {
  readonly build: (init: never) => object;
  readonly good: object;
  readonly fields: Readonly<Record<string, Kind>>;
}

const counters = {
  tableId: 8,
  durationSec: 32,
  durationNsec: 32,
  priority: 16,
  idleTimeout: 16,
  hardTimeout: 16,
  cookie: "u64",
  packetCount: "u64",
  byteCount: "u64",
  match: "object",
} as const;

const masks = { packetInMask: "pair", portStatusMask: "pair", flowRemovedMask: "pair" } as const;

const builders: Readonly<Record<string, Row>> = {
  errorMessage: {
    build: errorMessage,
    good: { errorType: 0xffff, code: 0, experimenter: 1 },
    fields: { xid: 32, version: 8, errorType: 16, code: 16, experimenter: 32, data: "bytes" },
  },
  echoRequest: { build: echoRequest, good: {}, fields: { xid: 32, data: "bytes" } },
  echoReply: { build: echoReply, good: {}, fields: { xid: 32, data: "bytes" } },
  experimenterMessage: {
    build: experimenterMessage,
    good: { experimenter: 1, expType: 2 },
    fields: { xid: 32, experimenter: 32, expType: 32, data: "bytes" },
  },
  featuresRequest: { build: featuresRequest, good: {}, fields: { xid: 32 } },
  featuresReply: {
    build: featuresReply,
    good: { datapathId: 1n },
    fields: { xid: 32, datapathId: "u64", nBuffers: 32, nTables: 8, auxiliaryId: 8, capabilities: 32, reserved: 32 },
  },
  getConfigRequest: { build: getConfigRequest, good: {}, fields: { xid: 32 } },
  getConfigReply: { build: getConfigReply, good: {}, fields: { xid: 32, flags: 16, missSendLen: 16 } },
  setConfig: { build: setConfig, good: {}, fields: { xid: 32, flags: 16, missSendLen: 16 } },
  packetIn: {
    build: packetIn,
    good: {},
    fields: {
      xid: 32,
      bufferId: 32,
      totalLen: 16,
      reason: 8,
      tableId: 8,
      cookie: "u64",
      match: "object",
      data: "bytes",
    },
  },
  packetOut: {
    build: packetOut,
    good: {},
    fields: { xid: 32, bufferId: 32, inPort: 32, actions: "list", data: "bytes" },
  },
  flowMod: {
    build: flowMod,
    good: {},
    fields: {
      xid: 32,
      cookie: "u64",
      cookieMask: "u64",
      tableId: 8,
      command: 8,
      idleTimeout: 16,
      hardTimeout: 16,
      priority: 16,
      bufferId: 32,
      outPort: 32,
      outGroup: 32,
      flags: 16,
      match: "object",
      instructions: "list",
    },
  },
  flowRemoved: { build: flowRemoved, good: {}, fields: { xid: 32, reason: 8, ...counters } },
  flowStats: { build: flowStats, good: {}, fields: { flags: 16, instructions: "list", ...counters } },
  portDesc: {
    build: portDesc,
    good: { portNo: 1 },
    fields: {
      portNo: 32,
      hwAddr: "mac",
      name: "text",
      config: 32,
      state: 32,
      curr: 32,
      advertised: 32,
      supported: 32,
      peer: 32,
      currSpeed: 32,
      maxSpeed: 32,
    },
  },
  portMod: {
    build: portMod,
    good: { portNo: 1, hwAddr: "00:00:00:00:00:01" },
    fields: { xid: 32, portNo: 32, hwAddr: "mac", config: 32, mask: 32, advertise: 32 },
  },
  tableMod: { build: tableMod, good: { tableId: 1 }, fields: { xid: 32, tableId: 8, config: 32 } },
  queueGetConfigRequest: { build: queueGetConfigRequest, good: {}, fields: { xid: 32, port: 32 } },
  queueGetConfigReply: {
    build: queueGetConfigReply,
    good: { port: 1, queues: [{ queueId: 1, port: 1 }] },
    fields: { xid: 32, port: 32 },
  },
  packetQueue: {
    build: packetQueue,
    good: { queueId: 1, port: 1 },
    fields: { queueId: 32, port: 32, properties: "list" },
  },
  groupMod: {
    build: groupMod,
    good: { groupId: 1, buckets: [{}] },
    fields: { xid: 32, command: 16, groupType: 8, groupId: 32 },
  },
  groupDesc: { build: groupDesc, good: { groupId: 1 }, fields: { groupType: 8, groupId: 32 } },
  groupStats: {
    build: groupStats,
    good: { groupId: 1 },
    fields: {
      ...{ groupId: 32, refCount: 32, packetCount: "u64", byteCount: "u64" },
      ...{ durationSec: 32, durationNsec: 32 },
    },
  },
  meterMod: {
    build: meterMod,
    good: { meterId: 1 },
    fields: { xid: 32, command: 16, flags: 16, meterId: 32, bands: "list" },
  },
  meterConfig: { build: meterConfig, good: { meterId: 1 }, fields: { flags: 16, meterId: 32, bands: "list" } },
  meterStats: {
    build: meterStats,
    good: { meterId: 1 },
    fields: {
      ...{ meterId: 32, flowCount: 32, packetInCount: "u64", byteInCount: "u64" },
      ...{ durationSec: 32, durationNsec: 32 },
    },
  },
  getAsyncRequest: { build: getAsyncRequest, good: {}, fields: { xid: 32 } },
  getAsyncReply: { build: getAsyncReply, good: {}, fields: { xid: 32, ...masks } },
  setAsync: { build: setAsync, good: {}, fields: { xid: 32, ...masks } },
  tableStats: {
    build: tableStats,
    good: { tableId: 1 },
    fields: { tableId: 8, activeCount: 32, lookupCount: "u64", matchedCount: "u64" },
  },
  portStats: {
    build: portStats,
    good: { portNo: 1 },
    fields: {
      ...{ portNo: 32, rxPackets: "u64", txPackets: "u64", rxBytes: "u64", txBytes: "u64" },
      ...{ rxDropped: "u64", txDropped: "u64", rxErrors: "u64", txErrors: "u64" },
      ...{ rxFrameErr: "u64", rxOverErr: "u64", rxCrcErr: "u64", collisions: "u64" },
      ...{ durationSec: 32, durationNsec: 32 },
    },
  },
  queueStats: {
    build: queueStats,
    good: { portNo: 1, queueId: 1 },
    fields: {
      ...{ portNo: 32, queueId: 32, txBytes: "u64", txPackets: "u64", txErrors: "u64" },
      ...{ durationSec: 32, durationNsec: 32 },
    },
  },
  tableFeatures: {
    build: tableFeatures,
    good: { tableId: 1 },
    fields: {
      ...{ tableId: 8, name: "name", metadataMatch: "u64", metadataWrite: "u64", config: 32, maxEntries: 32 },
      properties: "list",
    },
  },
  portStatus: {
    build: portStatus,
    good: { reason: 0, desc: { portNo: 1 } },
    fields: { xid: 32, reason: 8, desc: "object" },
  },
  multipartRequest: {
    build: multipartRequest,
    good: { body: { type: "desc" } },
    fields: { xid: 32, flags: 16, body: "object" },
  },
  multipartReply: {
    build: multipartReply,
    good: { body: { type: "desc" } },
    fields: { xid: 32, flags: 16, body: "object" },
  },
  barrierRequest: { build: barrierRequest, good: {}, fields: { xid: 32 } },
  barrierReply: { build: barrierReply, good: {}, fields: { xid: 32 } },
  roleRequest: { build: roleRequest, good: { role: 1 }, fields: { xid: 32, role: 32, generationId: "u64" } },
  roleReply: { build: roleReply, good: { role: 1 }, fields: { xid: 32, role: 32, generationId: "u64" } },
};

const OUT_OF_RANGE: Readonly<Record<string, readonly unknown[]>> = {
  8: [-1, 256, 1.5, Number.NaN, Number.POSITIVE_INFINITY],
  16: [-1, 65536, 0.5, Number.NaN],
  32: [-1, 2 ** 32, 0.5, Number.NaN],
  u64: [-1n, 1n << 64n],
  mac: ["", "1:2:3:4:5", "00:00:00:00:00:zz"],
  text: ["seventeen letters", "NUL \0", "\u0100"],
  name: ["thirty-three letters, 1 too many.", "NUL \0", "\u0100"],
  pair: [[], [1], [1, 2, 3], [-1, 0], [0, 2 ** 32]],
};
const WRONG_TYPE: Readonly<Record<string, readonly unknown[]>> = {
  8: ["1", 1n, null, {}, []],
  16: ["1", 1n, null, {}],
  32: ["1", 1n, null, {}],
  u64: [1, "1", null],
  bytes: ["00", [0], null, 5, new ArrayBuffer(1)],
  list: [5, "x", {}, null, [5], [null], [{}]],
  object: [5, "x", [], null],
  mac: [5, null],
  text: [5, null],
  name: [5, null],
  pair: [5, "x", {}, null, [null, 1], ["1", 1]],
};

describe.each(Object.entries(builders))("%s", (_, { build, good, fields }) => {
  const call = (init: unknown) => () => build(init as never);

  it("builds what can be encoded once the codec has it", () => {
    expect(call(good)).not.toThrow();
  });

  it.each([5, "x", null, []])("refuses %s in place of its arguments", (init) => {
    expect(call(init)).toThrow(TypeError);
  });

  it.each(Object.entries(fields))("names %s when it is wrong", (field, kind) => {
    for (const value of OUT_OF_RANGE[kind] ?? []) {
      expect(call({ ...good, [field]: value })).toThrow(RangeError);
      expect(call({ ...good, [field]: value })).toThrow(new RegExp(`^${field}\\b`));
    }
    for (const value of WRONG_TYPE[kind] ?? []) {
      expect(call({ ...good, [field]: value })).toThrow(TypeError);
      expect(call({ ...good, [field]: value })).toThrow(new RegExp(`^${field}\\b`));
    }
  });
});

describe("arguments without a default", () => {
  it.each([
    ["errorType", () => errorMessage({ code: 1 } as never)],
    ["code", () => errorMessage({ errorType: 1 } as never)],
    ["experimenter", () => errorMessage({ errorType: 0xffff, code: 1 })],
    ["experimenter", () => errorMessage({ errorType: 1, code: 1, experimenter: 1 })],
    ["datapathId", () => featuresReply({} as never)],
    ["experimenter", () => experimenterMessage({ expType: 1 } as never)],
    ["expType", () => experimenterMessage({ experimenter: 1 } as never)],
    ["portNo", () => portDesc({} as never)],
    ["reason", () => portStatus({ desc: { portNo: 1 } } as never)],
    ["desc", () => portStatus({ reason: 1 } as never)],
    ["body", () => multipartRequest({} as never)],
    ["body.type", () => multipartRequest({ body: { type: "nonsense" } } as never)],
    ["body.type", () => multipartReply({ body: {} } as never)],
    ["multipartType", () => multipartRequest({ body: { type: "unknown", data: fromHex("") } } as never)],
    ["data", () => multipartRequest({ body: { type: "unknown", multipartType: 1 } } as never)],
    ["expType", () => multipartReply({ body: { type: "experimenter", experimenter: 1, data: fromHex("") } } as never)],
    ["tableId", () => multipartRequest({ body: { type: "flow", tableId: 256 } })],
    ["ports", () => multipartReply({ body: { type: "portDesc", ports: 5 } } as never)],
    ["portNo", () => multipartReply({ body: { type: "portDesc", ports: [{ portNo: -1 }] } })],
    ["flows", () => multipartReply({ body: { type: "flow", flows: {} } } as never)],
    ["cookie", () => multipartReply({ body: { type: "flow", flows: [{ cookie: 1 }] } } as never)],
    ["serialNum", () => multipartReply({ body: { type: "desc", serialNum: "x".repeat(33) } })],
    ["groupId", () => groupMod({} as never)],
    ["buckets", () => groupMod({ groupId: 1, buckets: 5 } as never)],
    ["buckets[1]", () => groupMod({ groupId: 1, buckets: [{}, 5] } as never)],
    ["buckets[0].weight", () => groupMod({ groupId: 1, buckets: [{ weight: 65536 }] })],
    ["buckets[0].watchPort", () => groupDesc({ groupId: 1, buckets: [{ watchPort: -1 }] })],
    ["buckets[0].actions", () => groupDesc({ groupId: 1, buckets: [{ actions: {} }] } as never)],
    ["bucketStats", () => groupStats({ groupId: 1, bucketStats: 5 } as never)],
    ["bucketStats[0].byteCount", () => groupStats({ groupId: 1, bucketStats: [{ packetCount: 1n }] } as never)],
    ["bandStats[0].packetBandCount", () => meterStats({ meterId: 1, bandStats: [{}] } as never)],
    ["meterId", () => multipartRequest({ body: { type: "meterConfig", meterId: -1 } })],
    ["groupId", () => multipartReply({ body: { type: "groupDesc", groups: [{}] } } as never)],
    ["maxGroups", () => multipartReply({ body: { type: "groupFeatures", maxGroups: [1, 2] } } as never)],
    ["actions[3]", () => multipartReply({ body: { type: "groupFeatures", actions: [1, 2, 3, -1] } })],
    ["maxColor", () => multipartReply({ body: { type: "meterFeatures", maxColor: 256 } })],
    ["actions[1]", () => applyActions([{ type: "decNwTtl" }, undefined] as never)],
    ["actions", () => writeActions("x" as never)],
    ["tableId", () => gotoTable(256)],
    ["meterId", () => meter(-1)],
    ["metadata", () => writeMetadata(5 as never)],
    ["metadataMask", () => writeMetadata(5n, -1n)],
    ["versions", () => hello([])],
    ["versions", () => hello([256])],
    ["versions", () => hello(4 as never)],
  ])("%s", (name, run) => {
    expect(run).toThrow(new RegExp(`^${name.replace(/[[\].]/g, "\\$&")}\\b|^${name.replace(/[[\].]/g, "\\$&")} `));
    try {
      run();
    } catch (error) {
      expect(error instanceof RangeError || error instanceof TypeError).toBe(true);
    }
  });
});

describe("defaults", () => {
  const codec = createCodec();

  it.each([
    ["hello offers OpenFlow 1.3", hello(), "0400001000000000 0001000800000010"],
    ["set-config has OFP_DEFAULT_MISS_SEND_LEN", setConfig(), "0409000c00000000 0000 0080"],
    [
      "packet-in has no flow and no buffer",
      packetIn(),
      "040a002200000000 ffffffff 0000 00 00 ffffffffffffffff 0001000400000000 0000",
    ],
    ["packet-out comes from the controller", packetOut(), "040d001800000000 ffffffff fffffffd 0000 000000000000"],
    [
      "flow-mod adds to table 0 at priority 0x8000, and out_group 0 is a real group",
      flowMod(),
      "040e003800000000 0000000000000000 0000000000000000 00 00 0000 0000 8000 ffffffff ffffffff ffffffff 0000 0000 0001000400000000",
    ],
    [
      "a bucket has a weight in a select group only",
      groupMod({ groupId: 1, groupType: GroupType.select, buckets: [{}] }),
      "040f002000000000 0000 01 00 00000001 0010 0001 ffffffff ffffffff 00000000",
    ],
    ["a group is of the type all", groupMod({ groupId: 1 }), "040f001000000000 0000 00 00 00000001"],
    ["a meter counts kilobits", meterMod({ meterId: 1 }), "041d001000000000 0000 0001 00000001"],
    [
      "a meter that is deleted has no flags",
      meterMod({ meterId: 1, command: MeterModCommand.delete }),
      "041d001000000000 0002 0000 00000001",
    ],
    [
      "a request for flows asks for all of them",
      multipartRequest({ body: { type: "flow" } }),
      "0412003800000000 0001 0000 00000000 ff 000000 ffffffff ffffffff 00000000 0000000000000000 0000000000000000 0001000400000000",
    ],
  ])("%s", (_, message, hex) => {
    expect(toHex(codec.encode(message))).toBe(hex.replaceAll(" ", ""));
  });

  it("answer an echo or a barrier with its own xid", () => {
    expect(echoReply(echoRequest({ xid: 7, data: fromHex("aa") }))).toEqual({
      type: "echoReply",
      xid: 7,
      data: fromHex("aa"),
    });
    expect(barrierReply(barrierRequest({ xid: 8 }))).toEqual({ type: "barrierReply", xid: 8 });
  });

  it("say how long a packet is", () => {
    expect(packetIn({ data: new Uint8Array(60) }).totalLen).toBe(60);
  });
});

it("createCodec names a wrong argument", () => {
  expect(() => createCodec(null as never)).toThrow(new TypeError("options must be an object, not null"));
  expect(() => createCodec({ experimenters: 5 as never })).toThrow(
    new TypeError("experimenters must be a list, not 5"),
  );
});

describe("names that a builder does not know", () => {
  it.each<[string, () => unknown]>([
    ["flowMod", () => flowMod({ prioritty: 5 } as object)],
    ["packetOut", () => packetOut({ port: 5 } as object)],
    ["featuresReply", () => featuresReply({ datapathId: 1n, tables: 3 } as { datapathId: bigint })],
  ])("are refused by %s: they would silently mean the default", (_, build) => {
    expect(build).toThrow(/^"(prioritty|port|tables)" is none of /);
    expect(build).toThrow(TypeError);
  });

  it("are no obstacle to changing a message", () => {
    expect(flowMod({ ...flowMod({ priority: 5 }), tableId: 2 })).toEqual(flowMod({ priority: 5, tableId: 2 }));
  });
});
