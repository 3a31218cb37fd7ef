/** What `step` is told that is no event, or that concerns nobody. */
import { describe, expect, it } from "vitest";
import { step } from "../../../src/migration/machine/index.ts";
import { segmentFrame } from "../../../src/tcp/index.ts";
import { ports } from "../scene.ts";
import { ACK, PSH, plainConfig, Run, SYN } from "./scene.ts";

describe("an event that is none", () => {
  it.each([
    ["event", 1],
    ["event.at", {}],
    ["event.type", { type: "x", at: 0 }],
    ["event.frame", { type: "packetIn", at: 0, dpid: 1n, inPort: 1, frame: "x" }],
    ["event.at", { type: "timer", at: Number.NaN }],
    ["event.verdict.action", { type: "verdict", at: 0, verdict: { key: {}, action: "drop" } }],
  ])("is refused by name: %s", (name, event) => {
    const { state } = new Run().client({ seq: 1000, ack: 0, flags: SYN });
    const told = (): unknown => Reflect.apply(step, undefined, [state, event, plainConfig]);
    expect(told).toThrow(name);
    expect(told).not.toThrow("Cannot read");
  });
});

describe("a SYN of another IP version than server 1's", () => {
  it("begins no connection", () => {
    const config = { ...plainConfig, service: { ...plainConfig.service, origin: { switchPort: 1, ip: "10.0.0.9" } } };
    const run = new Run({}, config);
    const six = (last: number) => ({ mac: `00:00:00:00:00:0${last}`, ip: `2001:db8::${last}`, port: 80 });
    run.packet(ports.client, segmentFrame({ from: six(3), to: six(1), seq: 1, ack: 0, flags: SYN, window: 1 }));
    expect(run.state).toBeUndefined();
    expect(run.effects).toEqual([]);
  });
});

describe("data that went past the controller", () => {
  it("keeps its connection with server 1: the new server would wait for it for ever", () => {
    const run = new Run();
    run
      .client({ seq: 1000, ack: 0, flags: SYN })
      .origin({ seq: 5000, flags: SYN | ACK })
      .client({});
    // 1001 … 1016 came in fragments, which nobody shows to the controller; server 1 has them: ACK 1017.
    run.origin({ ack: 1017 });
    run.client({ seq: 1017, flags: ACK | PSH, payload: Uint8Array.of(1, 2) });
    expect(run.phase).toBe("hold");
    run.verdict();
    expect(run.reports).toEqual(["BYPASSED", "FORWARDED"]);
    expect(run.phase).toBe("fwdArm");
  });
});

describe("a switch that does not answer after the commit", () => {
  it("is asked less and less often, and at last once a minute", () => {
    const run = new Run();
    run
      .client({ seq: 1000, ack: 0, flags: SYN })
      .origin({ seq: 5000, flags: SYN | ACK })
      .client({});
    run.client({ flags: ACK | PSH, payload: Uint8Array.of(1) }).verdict();
    run.target({ seq: 3000, flags: SYN | ACK }).barrier();
    expect(run.phase).toBe("arm");
    const times: number[] = [];
    for (let asked = 0; asked < 10; asked += 1) {
      const due = run.deadline ?? 0;
      times.push(due);
      run.wait(due - run.at);
      expect(run.reports).toEqual(["BARRIER_LOST"]);
    }
    // The barrier may take 1 s; then as long again as it has been since the commit, at most 60 s.
    expect(times).toEqual([1, 2, 4, 8, 16, 32, 64, 124, 184, 244].map((seconds) => 1000 * seconds));
  });
});
