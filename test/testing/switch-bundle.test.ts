/** Bundles in the model switch: what the comparison with Open vSwitch does not need to show again, in short. */
import { expect, it } from "vitest";
import { decode, encode, parseFlow } from "../../src/index.ts";
import { bundleAdd, bundleControl, BundleControlType as Control } from "../../src/nx/index.ts";
import { createModelSwitch, type ModelSwitch } from "../../src/testing/index.ts";

const control = (controlType: number) => encode(bundleControl({ xid: 9, bundleId: 5, controlType }));
const add = (text: string) => encode(bundleAdd({ xid: 9, bundleId: 5, message: parseFlow(text) }));

function created(options: { maxFlows?: number; bundles?: boolean } = {}): ModelSwitch {
  const model = createModelSwitch({ ports: [1, 2], ...options });
  model.take();
  return model;
}

function told(model: ModelSwitch): string[] {
  return model.take().toController.map((bytes) => {
    const message = decode(bytes);
    if (message.type === "error") return `error ${message.xid} ${message.errorType} ${message.code}`;
    return message.type === "bundleControl" ? `reply ${message.controlType}` : message.type;
  });
}

it("carries out all of a bundle when it is committed, and nothing before", () => {
  const model = created();
  for (const bytes of [
    control(Control.openRequest),
    add("priority=1 actions=output:2"),
    add("priority=2 actions=drop"),
  ]) {
    model.receive(bytes);
  }
  expect(model.flows()).toEqual([]);
  model.receive(control(Control.commitRequest));
  expect(model.flows().map(({ priority }) => priority)).toEqual([2, 1]);
  expect(told(model)).toEqual(["reply 1", "reply 5"]);
});

it("has none of a bundle that there is no room for, and what it deleted is back, with nobody told that it went", () => {
  const model = created({ maxFlows: 1 });
  model.receive(encode(parseFlow("priority=7,send_flow_rem actions=output:1")));
  for (const text of ["delete priority=7", "priority=1 actions=drop", "priority=2 actions=drop"])
    model.receive(add(text));
  model.receive(control(Control.commitRequest));
  expect(model.flows().map(({ priority }) => priority)).toEqual([7]);
  // TABLE_FULL for the message, MSG_FAILED for the commit.
  expect(told(model)).toEqual(["error 9 5 1", "error 9 65535 2313"]);
});

it("forgets its bundles with the connection", () => {
  const model = created();
  model.receive(add("priority=1 actions=drop"));
  model.reconnect();
  model.receive(control(Control.commitRequest));
  expect(told(model)).toEqual(["hello", "error 9 65535 2302"]);
});

it("knows no bundles when told so", () => {
  const model = created({ bundles: false });
  for (const bytes of [control(Control.openRequest), add("actions=drop")]) model.receive(bytes);
  expect(told(model)).toEqual(["error 9 1 3", "error 9 1 3"]);
  expect(() => created({ bundles: 1 as never })).toThrow("bundles");
});
