/** What the live view remembers, and where it sees everybody. */
import { describe, expect, it } from "vitest";
import { objectsOf, parsed } from "../../../../examples/controller/json.ts";
import { mapOf } from "../../../../examples/controller/view/map.ts";
import { createStore } from "../../../../examples/controller/view/store.ts";

const connection = (connectionName: string, phase: string, more = {}) => ({
  ...{
    type: "connection",
    connection: connectionName,
    phase,
    generation: 1,
    dpid: "07",
    service: "web",
    clientPort: 3,
  },
  ...{ key: { src: "10.0.0.3", srcPort: 1, dst: "10.0.0.1", dstPort: 80 }, ...more },
});
/** What is said of one that is not tracked any more. */
const forgotten = (connectionName: string) => ({ type: "connection", service: "web", connection: connectionName });

function told(...messages: Parameters<ReturnType<typeof createStore>["hear"]>[0][]) {
  const store = createStore({ connections: 3, refusals: 2 });
  for (const message of messages) store.hear(message);
  return store;
}

const names = (store: ReturnType<typeof told>) => store.connections().map(({ name, phase }) => `${name} ${phase}`);

describe("the page's memory", () => {
  it("has the newest connection first, and each where it was when its phase changes", () => {
    expect(names(told(connection("a", "syn"), connection("b", "syn"), connection("a", "hold")))).toEqual([
      "b syn",
      "a hold",
    ]);
  });

  it("takes the same addresses for a new connection when the generation is another", () => {
    const store = told(connection("a", "linger"), connection("b", "syn"), connection("a", "syn", { generation: 2 }));
    expect(names(store)).toEqual(["a syn", "b syn"]);
  });

  it("keeps a connection that the controller has forgotten, with what is known of it, until there is no room", () => {
    const store = told(connection("a", "syn"), connection("b", "linger"), forgotten("b"));
    expect(store.connection("b")).toMatchObject({ phase: "gone", view: { clientPort: 3 } });
    for (const name of ["c", "d"]) store.hear(connection(name, "syn"));
    expect(names(store)).toEqual(["d syn", "c syn", "a syn"]);
    store.hear(connection("e", "syn"));
    expect(names(store)).toEqual(["e syn", "d syn", "c syn"]);
  });

  it("has never heard of a connection that is forgotten at once", () => {
    expect(names(told(forgotten("a")))).toEqual([]);
  });

  it("keeps the newest refusals, counts all, and no other report", () => {
    const refusal = (why: string) => ({ type: "report", refusal: true, why });
    const store = told(refusal("a"), { type: "report", why: "fine" }, refusal("b"), refusal("c"));
    expect(store.refusals().map(({ why }) => why)).toEqual(["c", "b"]);
    expect(store.refused).toBe(3);
  });

  it("begins anew with what it is answered", () => {
    const store = told(connection("a", "syn"));
    store.reset({ type: "connections", connections: [connection("c", "hold"), connection("b", "syn")] });
    store.reset({ type: "refusals", total: 9, refusals: [{ why: "x" }, { why: "y" }, { why: "z" }] });
    expect(names(store)).toEqual(["c hold", "b syn"]);
    expect([store.refused, store.refusals().length]).toEqual([9, 2]);
  });
});

describe("the map", () => {
  const topology = {
    switches: [
      { dpid: "07", peer: "p", ports: [1, 2, 3].map((number) => ({ number, name: `eth${number}`, isUp: number < 3 })) },
    ],
    services: [
      {
        ...{ name: "web", ip: "10.0.0.1", tcpPort: 80, origin: { port: 1 } },
        targets: [{ name: "spare", port: 2, ip: "10.0.0.4", tcpPort: 8080 }],
      },
      { name: "elsewhere", dpid: "08", ip: "10.0.0.9", tcpPort: 1, origin: { port: 1 }, targets: [] },
    ],
  };

  it("says who is behind each port, and how many connections they have", () => {
    const { connections } = { connections: told(connection("a", "forwarded"), connection("b", "hold")).connections() };
    const [place] = mapOf(topology, connections, { targets: { web: { spare: 5 } } });
    expect(place?.ports.map(({ number, isUp, dwellers }) => [number, isUp, dwellers])).toEqual([
      [1, true, [{ kind: "origin", name: "server 1 of web", detail: "10.0.0.1:80", connections: 2 }]],
      [2, true, [{ kind: "target", name: "spare of web", detail: "10.0.0.4:8080", connections: 5 }]],
      [3, false, [{ kind: "client", name: "1 client", detail: "10.0.0.3", connections: 2 }]],
    ]);
  });

  it("is empty for what is no topology", () => {
    expect(mapOf({ switches: 3, services: null }, [], {})).toEqual([]);
  });
});

describe("what comes over the network", () => {
  it.each(["", "[1]", "null", "{", '"a"', "7"])("is nothing when it is no object: %s", (text) => {
    expect(parsed(text)).toEqual({});
  });

  it("is a list of its objects, whatever else is in it", () => {
    expect(objectsOf([1, { a: 1 }, null, [2]])).toEqual([{ a: 1 }]);
    expect(objectsOf({ length: 1 })).toEqual([]);
  });
});
