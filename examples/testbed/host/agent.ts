/** An analyzer at the northbound interface: `agent.ts URL TOKENFILE` is asked about requests, and answers with verdicts. */
import { readFileSync } from "node:fs";
import { WebSocket } from "ws";
import { type FlowKey, flowKeyText } from "../../../src/tcp/index.ts";
import { judged } from "./findings.ts";
import { express, listen, say } from "./manner.ts";

/** What it hears: a request to be judged, or the answer to something that it has said. */
interface Heard {
  readonly type: string;
  readonly code?: string;
  readonly id: string;
  readonly key: FlowKey;
  readonly generation: number;
  readonly seq: number;
  readonly payload: string;
}

const [url = "", tokenFile = ""] = process.argv.slice(2);
const AGAIN_MS = 250;
const SUBSCRIBED = "subscribed";

function attend(): void {
  const token = readFileSync(tokenFile, "utf8").trim();
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
  /** Connections that it has judged: a request comes again when there is more of it. */
  const told = new Set<string>();
  const send = (what: Readonly<Record<string, unknown>>) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
  };
  socket.on("open", () => {
    send({ type: "subscribe", id: SUBSCRIBED, topics: ["inspect"] });
  });
  socket.on("message", (data: Buffer) => {
    const { type, code, id, key, generation, seq, payload } = JSON.parse(data.toString()) as Heard;
    if (type === "error") say({ refused: code });
    else if (type === "ack" && id === SUBSCRIBED) say({ ready: true });
    if (type !== "inspect") return;
    const name = `${flowKeyText(key)} ${generation}`;
    const action = judged(Buffer.from(payload, "base64").toString("latin1"));
    if (action === undefined || told.has(name)) return;
    told.add(name);
    express(name, () => {
      send({ type: "verdict", id: name, key, generation, seq, action });
    });
  });
  socket.on("error", () => undefined);
  socket.on("close", () => setTimeout(attend, AGAIN_MS));
}

listen();
attend();
