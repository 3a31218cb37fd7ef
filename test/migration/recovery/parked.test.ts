/** What flows tell of a connection whose servers wait for it: where it is, and no more. */
import { describe, expect, it } from "vitest";
import { cookieOf, cookieParts, encodeEffect } from "../../../src/migration/index.ts";
import { settingsOf } from "../../../src/migration/machine/config.ts";
import {
  type ConnectionConfig,
  type ConnectionEffect,
  ConnectionRole,
  type ReportedFlow,
} from "../../../src/migration/machine/index.ts";
import { recover } from "../../../src/migration/recovery/recover.ts";
import { nicira, onf } from "../../../src/nx/index.ts";
import { createCodec, multipartRequest } from "../../../src/ofp/index.ts";
import { createModelSwitch } from "../../../src/testing/index.ts";
import { ACK, DPID, letters, PSH, plainConfig, Run } from "../machine/scene.ts";

const codec = createCodec({ experimenters: [nicira, onf] });
const shown = cookieOf({ tag: 0x544d, epoch: 0, role: ConnectionRole.clientWatch, connection: 1 });

/** A connection whose effects all reach a switch. */
class SwitchedRun extends Run {
  readonly model = createModelSwitch({
    ports: [1, 2, 3, 4],
    datapathId: DPID,
    actions: this.config.dataPlane === "software" ? "stock" : "custom",
  });

  override event(...event: Parameters<Run["event"]>): this {
    super.event(...event);
    this.send(this.effects);
    return this;
  }

  send(effects: readonly ConnectionEffect[]): void {
    for (const effect of effects) {
      const bytes = encodeEffect(effect);
      if (bytes.length > 0) this.model.receive(bytes);
    }
    this.model.take();
  }

  installed(): readonly ReportedFlow[] {
    this.model.receive(codec.encode(multipartRequest({ xid: 1, body: { type: "flow" } })));
    return this.model.take().toController.flatMap((bytes) => {
      const message = codec.decode(bytes);
      return message.type === "multipartReply" && message.body.type === "flow" ? message.body.flows : [];
    });
  }
}

function rolesOf(flows: readonly ReportedFlow[]): readonly number[] {
  return flows.map(({ cookie }) => cookieParts(cookie).role);
}

describe.each(["actions", "software"] as const)("with %s", (dataPlane) => {
  const config: ConnectionConfig = { ...plainConfig, dataPlane, lateMoves: true };
  const web = { name: "web", vip: { ip: "10.0.0.1", port: 11111 }, dpid: undefined, settings: settingsOf(config) };
  const cookie = { tag: 0x544d, epoch: 1 };

  /** x = 1000, y = 5000, z = 3000: server 1 waits, the second server got 18 bytes. */
  function parked(): SwitchedRun {
    const run = new SwitchedRun({}, config).toHold();
    run.verdict({ action: "migrate", park: true }).targetSynAck().barrier();
    return dataPlane === "software" ? run : run.barrier();
  }

  it("a connection goes on where it is, and nobody waits for it any more", () => {
    const run = parked();
    expect(rolesOf(run.installed())).toContain(ConnectionRole.parked);
    const found = recover({
      dpid: DPID,
      at: 0,
      flows: run.installed(),
      services: [web],
      cookie,
      nextId: 1,
      nextSerial: 1,
    });
    expect(found.connections).toMatchObject([{ service: "web", targets: ["second"], state: { parked: [] } }]);
    expect(found.strange).toEqual([]);
    run.send([...found.effects, ...found.cleanUp]);
    expect(rolesOf(run.installed())).not.toContain(ConnectionRole.parked);
    // What server 1 says comes to the controller, which has no client for it.
    run.state = found.connections[0]?.state;
    expect(run.origin({ seq: 5001, flags: PSH | ACK, payload: letters(5) }).sent).toEqual([]);
  });

  it("a connection that came back is found at server 1, E = −58 and D = 200", () => {
    const run = parked();
    run.at = 10_000;
    run.verdict({ action: "migrate", target: "origin" });
    if (dataPlane === "actions") run.barrier();
    run.at = 11_000;
    run.client({ seq: 1019, flags: PSH | ACK, payload: letters(40) }, shown);
    run.target({ ack: 1059, payload: letters(200) }, shown);
    run.client({ seq: 1059, ack: 5201, flags: PSH | ACK, payload: letters(30) }, shown).barrier();
    if (dataPlane === "actions") run.barrier();
    expect(run.phase).toBe("migrated");
    const found = recover({
      dpid: DPID,
      at: 0,
      flows: run.installed(),
      services: [web],
      cookie,
      nextId: 1,
      nextSerial: 1,
    });
    expect(found.connections).toMatchObject([{ targets: ["origin"], state: { takeover: { target: "origin" } } }]);
    run.state = found.connections[0]?.state;
    // The client's 1089 is server 1's 1031, and server 1's 5001 the client's 5201.
    expect(run.client({ seq: 1089, ack: 5201 }).sent).toMatchObject([{ port: 1, tcp: { seq: 1031, ack: 5001 } }]);
    expect(run.origin({ ack: 1031, payload: letters(9) }).sent).toMatchObject([
      { port: 3, tcp: { seq: 5201, ack: 1089 } },
    ]);
  });
});
