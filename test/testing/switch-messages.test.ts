import { describe, expect, it } from "vitest";
import { decode, encode, FrameReader, fromHex, parseFlow, WireError } from "../../src/index.ts";
import {
  BadActionCode,
  BadMatchCode,
  BadRequestCode,
  barrierRequest,
  createCodec,
  ErrorType,
  echoReply,
  echoRequest,
  errorMessage,
  experimenterMessage,
  FlowModFailedCode,
  featuresRequest,
  flowMod,
  getConfigRequest,
  groupMod,
  HelloFailedCode,
  hello,
  meterMod,
  multipartRequest,
  output,
  PacketInReason,
  Port,
  packetIn,
  packetOut,
  setConfig,
} from "../../src/ofp/index.ts";
import { createModelSwitch } from "../../src/testing/index.ts";
import { bench, ports, segment } from "./switch-support.ts";

describe("the handshake", () => {
  it("opens with a hello, again after a reconnect", () => {
    const model = createModelSwitch({ ports: [1] });
    expect(model.take().toController.map((bytes) => decode(bytes))).toMatchObject([{ type: "hello", version: 4 }]);
    model.receive(encode(parseFlow("actions=output:1")));
    model.reconnect();
    expect(model.take().toController.map((bytes) => decode(bytes).type)).toEqual(["hello"]);
    expect(model.flows()).toHaveLength(1);
  });

  it("takes a hello with OpenFlow 1.3 in its bitmap, or of a later version without one", () => {
    const { send, heard } = bench();
    send(hello([1, 4]), hello([4, 6]), fromHex("0600000800000001"));
    expect(heard()).toEqual([]);
  });

  it("refuses a hello that has no version in common", () => {
    const { send, heard } = bench();
    send({ ...hello([1]), xid: 7 }, fromHex("0100000800000008"));
    const refused = { type: "error", errorType: ErrorType.helloFailed, code: HelloFailedCode.incompatible };
    expect(heard()).toMatchObject([
      { ...refused, xid: 7 },
      { ...refused, xid: 8 },
    ]);
  });

  it("answers echo, features, configuration and barrier requests, each with its xid", () => {
    const { send, heard } = bench({ datapathId: 0xabn, tables: 3 });
    send(
      echoRequest({ xid: 1, data: Uint8Array.of(1, 2) }),
      featuresRequest({ xid: 2 }),
      setConfig({ missSendLen: 99 }),
      getConfigRequest({ xid: 3 }),
      barrierRequest({ xid: 4 }),
    );
    expect(heard()).toMatchObject([
      { type: "echoReply", xid: 1, data: Uint8Array.of(1, 2) },
      { type: "featuresReply", xid: 2, datapathId: 0xabn, nTables: 3, nBuffers: 0 },
      { type: "getConfigReply", xid: 3, flags: 0, missSendLen: 99 },
      { type: "barrierReply", xid: 4 },
    ]);
  });

  it("says nothing to answers and errors", () => {
    const { send, heard } = bench();
    send(echoReply(), errorMessage({ errorType: 1, code: 1 }));
    expect(heard()).toEqual([]);
  });
});

describe("bytes", () => {
  it("may come in pieces of any size", () => {
    const whole = Buffer.concat([encode(echoRequest({ xid: 1 })), encode(barrierRequest({ xid: 2 }))]);
    for (let cut = 0; cut <= whole.length; cut++) {
      const { send, heard } = bench();
      send(whole.subarray(0, cut), whole.subarray(cut));
      expect(heard().map(({ xid }) => xid)).toEqual([1, 2]);
    }
  });

  it("without a length that can be believed end the connection until it is made anew", () => {
    const { send, model, heard } = bench();
    const broken = fromHex("0400000700000001");
    expect(() => {
      send(broken);
    }).toThrow(WireError);
    expect(() => {
      send(echoRequest());
    }).toThrow(expect.objectContaining({ code: "badLength" }));
    model.reconnect();
    send(echoRequest({ xid: 5 }));
    expect(heard()).toMatchObject([{ type: "hello" }, { type: "echoReply", xid: 5 }]);
  });

  it("that come out are whole messages", () => {
    const { model } = bench();
    model.receive(encode(featuresRequest()));
    const { toController } = model.take();
    expect(new FrameReader().push(Buffer.concat(toController))).toHaveLength(toController.length);
  });
});

describe("a refusal", () => {
  it("has the xid and the bytes of what it refuses", () => {
    const { send, heard } = bench({ actions: "stock" });
    const flow = encode(parseFlow("tcp actions=inc_tcp_seq:5,output:2"), { xid: 77 });
    send(flow);
    expect(heard()).toEqual([
      errorMessage({ xid: 77, errorType: ErrorType.badAction, code: BadActionCode.badExpType, data: flow }),
    ]);
  });

  it("does nothing else", () => {
    const { send, model } = bench({ actions: "stock" });
    send("tcp actions=inc_tcp_seq:5,output:2");
    expect(model.flows()).toEqual([]);
  });

  it.each([
    ["a message of unknown type", fromHex("0463000800000009"), ErrorType.badRequest, BadRequestCode.badType],
    ["a message that only switches send", encode(packetIn()), ErrorType.badRequest, BadRequestCode.badType],
    ["a group", encode(groupMod({ groupId: 1 })), ErrorType.badRequest, BadRequestCode.badType],
    ["a meter", encode(meterMod({ meterId: 1 })), ErrorType.badRequest, BadRequestCode.badType],
    [
      "a request for groups",
      encode(multipartRequest({ body: { type: "groupDesc" } })),
      ErrorType.badRequest,
      BadRequestCode.badMultipart,
    ],
    [
      "a request for meters",
      encode(multipartRequest({ body: { type: "meterConfig" } })),
      ErrorType.badRequest,
      BadRequestCode.badMultipart,
    ],
    ["another version", fromHex("0105000800000009"), ErrorType.badRequest, BadRequestCode.badVersion],
    ["a wrong length", fromHex("0405000c0000000900000000"), ErrorType.badRequest, BadRequestCode.badLen],
    [
      "an experimenter",
      encode(experimenterMessage({ experimenter: 1, expType: 1 })),
      ErrorType.badRequest,
      BadRequestCode.badExperimenter,
    ],
    [
      "an unknown multipart type",
      fromHex("041200100000000900ff000000000000"),
      ErrorType.badRequest,
      BadRequestCode.badMultipart,
    ],
    [
      "a field that it does not match",
      encode(flowMod({ match: { inPort: 1, inPhyPort: 1 } })),
      ErrorType.badMatch,
      BadMatchCode.badField,
    ],
    [
      "a field under both of its headers",
      createCodec().encode(flowMod({ match: { ethDst: "00:00:00:00:00:01", "oxm:0x0000:1": "000000000001" } })),
      ErrorType.badMatch,
      BadMatchCode.dupField,
    ],
    [
      "a table that it has not",
      encode(flowMod({ tableId: 254 })),
      ErrorType.flowModFailed,
      FlowModFailedCode.badTableId,
    ],
    ["a buffer", encode(packetOut({ bufferId: 3 })), ErrorType.badRequest, BadRequestCode.bufferUnknown],
    [
      "a packet shorter than its header",
      encode(packetOut({ data: new Uint8Array(13) })),
      ErrorType.badRequest,
      BadRequestCode.badPacket,
    ],
  ])("of %s names the fault", (_, bytes, errorType, code) => {
    const { send, heard } = bench();
    send(bytes);
    expect(heard()).toMatchObject([{ type: "error", errorType, code }]);
  });
});

describe("packet-out", () => {
  const data = segment();

  it("sends to ports, and back to where it is said to come from only by IN_PORT", () => {
    const { send, model } = bench();
    const actions = [output(2), output(1), output(Port.inPort), output(9)];
    send(packetOut({ inPort: 1, actions, data }));
    expect(model.take().out).toEqual([
      { port: 2, frame: data },
      { port: 1, frame: data },
    ]);
  });

  it("goes through the tables by TABLE, with the port it is said to come from", () => {
    const { send, model } = bench({}, "in_port=3,tcp actions=output:4", "in_port=1 actions=output:2");
    send(packetOut({ inPort: 3, actions: [output(Port.table)], data }));
    expect(ports(model.take().out)).toEqual([4]);
    send(packetOut({ inPort: Port.controller, actions: [output(Port.table)], data }));
    expect(model.take().out).toEqual([]);
  });

  it("floods to every port but the one it is said to come from", () => {
    const { send, model } = bench();
    send(packetOut({ inPort: 2, actions: [output(Port.flood)], data }));
    expect(ports(model.take().out)).toEqual([1, 3, 4]);
    send(packetOut({ actions: [output(Port.all)], data }));
    expect(ports(model.take().out)).toEqual([1, 2, 3, 4]);
  });

  it("comes back to the controller when it is told to, without a cookie", () => {
    const { send, heard } = bench();
    send(packetOut({ inPort: 2, actions: [output(Port.controller)], data }));
    expect(heard()).toMatchObject([
      { type: "packetIn", reason: PacketInReason.action, cookie: 2n ** 64n - 1n, match: { inPort: 2 }, data },
    ]);
  });

  it("sends nothing without actions", () => {
    const { send, model } = bench();
    send(packetOut({ data }));
    expect(model.take()).toEqual({ toController: [], out: [] });
  });
});

it("names the argument that is wrong", () => {
  expect(() => createModelSwitch(undefined as never)).toThrow(TypeError);
  expect(() => createModelSwitch({ ports: [0] })).toThrow(RangeError);
  expect(() => createModelSwitch({ ports: [1, 1] })).toThrow(/ports/);
  expect(() => createModelSwitch({ ports: [1], tables: 255 })).toThrow(/tables/);
  expect(() => createModelSwitch({ ports: [1], maxFlows: -1 })).toThrow(/maxFlows/);
  expect(() => createModelSwitch({ ports: [1], dataPlane: "fast" as never })).toThrow(/dataPlane/);
  expect(() => createModelSwitch({ ports: [1], actions: "all" as never })).toThrow(/actions/);
  const model = createModelSwitch({ ports: [1] });
  expect(() => {
    model.inject(2, segment());
  }).toThrow(/port 2/);
  expect(() => {
    model.inject(1, new Uint8Array(13));
  }).toThrow(/frame/);
  expect(() => {
    model.advance(-1);
  }).toThrow(/ms/);
  expect(() => {
    model.setPort(0xff00, "up");
  }).toThrow(/port/);
  expect(() => {
    model.receive("bytes" as never);
  }).toThrow(TypeError);
});
