/** A maximum segment size that every server can take. */
import { describe, expect, it } from "vitest";
import type { ConnectionConfig } from "../../../src/migration/machine/index.ts";
import type { TcpOption } from "../../../src/tcp/index.ts";
import { plainConfig, Run } from "./scene.ts";

const config: ConnectionConfig = { ...plainConfig, service: { ...plainConfig.service, policy: { clampMss: 1400 } } };
const scale: TcpOption = { type: "windowScale", shift: 7 };
const offer = (value: number): TcpOption[] => [{ type: "mss", value }, { type: "nop" }, scale];

describe("a clamped MSS", () => {
  it("is what server 1 and the client are told, in every repetition", () => {
    const run = new Run({}, config).syn({ options: offer(1460) });
    for (const each of [run.sent, run.syn({ options: offer(1460) }).sent]) {
      expect(each).toMatchObject([{ port: 1, tcp: { options: offer(1400), checksumValid: true } }]);
    }
    for (const each of [run.synAck({ options: offer(1460) }).sent, run.synAck({ options: offer(1460) }).sent]) {
      expect(each).toMatchObject([{ port: 3, tcp: { options: offer(1400), checksumValid: true } }]);
    }
  });

  it("leaves a smaller one", () => {
    const run = new Run({}, config).syn({ options: offer(1300) });
    expect(run.sent).toMatchObject([{ tcp: { options: offer(1300) } }]);
  });

  it("lets a server take over that has less room than server 1", () => {
    const toSecond = (of: ConnectionConfig) =>
      new Run({}, of)
        .syn({ options: offer(1460) })
        .synAck({ options: offer(1460) })
        .client({})
        .data()
        .verdict()
        .targetSynAck({ options: offer(1400) });
    expect(toSecond(config).phase).toBe("arm");
    expect(toSecond(plainConfig).reports).toContain("TARGET_UNFIT");
  });

  it("is a number of 16 bits", () => {
    const policy = { clampMss: 65536 };
    expect(() => new Run({}, { ...plainConfig, service: { ...plainConfig.service, policy } }).syn()).toThrow(
      RangeError,
    );
  });
});
