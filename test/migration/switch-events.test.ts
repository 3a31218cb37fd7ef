import { describe, expect, it } from "vitest";
import { decode, encode } from "../../src/index.ts";
import { createEventReader, type SwitchMessage } from "../../src/migration/index.ts";
import { BundleControlType, bundleControl } from "../../src/nx/index.ts";
import {
  barrierReply,
  echoRequest,
  errorMessage,
  flowRemoved,
  flowStats,
  MultipartReplyFlags,
  multipartReply,
  packetIn,
} from "../../src/ofp/index.ts";

const moment = { at: 5, dpid: 7n };
const frame = Uint8Array.of(1, 2, 3, 4);

/** As it comes over the wire. */
function received(message: SwitchMessage, xid: number): SwitchMessage {
  return decode(encode(message, { xid }));
}

function part(cookies: readonly bigint[], flags = 0): SwitchMessage {
  return multipartReply({ flags, body: { type: "flow", flows: cookies.map((cookie) => flowStats({ cookie })) } });
}

describe("what a switch says", () => {
  const control = (controlType: number) => bundleControl({ bundleId: 1, controlType });

  it.each<[string, SwitchMessage, unknown]>([
    [
      "a packet-in",
      packetIn({ match: { inPort: 3 }, data: frame, cookie: 9n }),
      { type: "packetIn", ...moment, inPort: 3, frame, cookie: 9n },
    ],
    [
      "an error",
      errorMessage({ errorType: 5, code: 1, data: frame }),
      { type: "error", ...moment, id: 42, errorType: 5, code: 1 },
    ],
    ["a barrier's reply", barrierReply(), { type: "barrierReply", ...moment, id: 42 }],
    [
      "the reply to a bundle's commit",
      control(BundleControlType.commitReply),
      { type: "barrierReply", ...moment, id: 42 },
    ],
    [
      "a flow that was removed",
      flowRemoved({ cookie: 9n, reason: 2 }),
      { type: "flowRemoved", ...moment, cookie: 9n, reason: 2 },
    ],
    ["a packet-in from nowhere", packetIn({ match: {}, data: frame }), undefined],
    ["the reply to a bundle's opening", control(BundleControlType.openReply), undefined],
    ["an echo", echoRequest(), undefined],
    ["a description", multipartReply({ body: { type: "desc" } }), undefined],
  ])("is an event, or none: %s", (_, message, event) => {
    expect(createEventReader(7n).read(received(message, 42), 5)).toEqual(event);
  });

  it("is an event when the last part of its flows is there, whatever comes between", () => {
    const reader = createEventReader(7n);
    const { more } = MultipartReplyFlags;
    expect(reader.read(received(part([1n, 2n], more), 42), 1)).toBeUndefined();
    expect(reader.read(received(part([8n], more), 43), 2)).toBeUndefined();
    expect(reader.read(received(part([], more), 42), 3)).toBeUndefined();
    expect(reader.read(received(barrierReply(), 42), 4)).toMatchObject({ type: "barrierReply" });
    const event = reader.read(received(part([3n]), 42), 5);
    expect(event).toMatchObject({ type: "flowStats", ...moment, id: 42 });
    expect(event).toMatchObject({ flows: [{ cookie: 1n }, { cookie: 2n }, { cookie: 3n }] });
    expect(reader.read(received(part([]), 43), 6)).toMatchObject({ id: 43, flows: [{ cookie: 8n }] });
    // The next answer with an id that was used before begins anew.
    expect(reader.read(received(part([4n]), 42), 7)).toMatchObject({ flows: [{ cookie: 4n }] });
  });

  it("is forgotten when it never ends", () => {
    const reader = createEventReader(7n);
    for (let id = 0; id < 17; id += 1) reader.read(received(part([1n], MultipartReplyFlags.more), id), 1);
    // The first of 17 made room for the last one.
    expect(reader.read(received(part([2n]), 0), 2)).toMatchObject({ flows: [{ cookie: 2n }] });
    expect(reader.read(received(part([2n]), 16), 2)).toMatchObject({ flows: [{ cookie: 1n }, { cookie: 2n }] });
  });
});

it("takes no datapath id that is none", () => {
  expect(() => createEventReader(7 as never)).toThrow(TypeError);
  expect(() => createEventReader(-1n)).toThrow(RangeError);
});
