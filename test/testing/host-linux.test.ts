/** The model host in the place of a real Linux server: the recorded client's segments in, and what Linux answered to compare. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { decodeFrame, type Frame, readCapture, seqDiff, type Tcp, TcpFlags } from "../../src/tcp/index.ts";
import { createModelHost } from "../../src/testing/index.ts";

type Segment = Frame & { readonly tcp: Tcp };

function recorded(scenario: string, link: string): { bytes: Uint8Array; frame: Segment; at: number }[] {
  const file = readFileSync(new URL(`../../examples/captures/${scenario}/${link}.pcap`, import.meta.url));
  return [...readCapture(new Uint8Array(file))].flatMap(({ frame: bytes, at }) => {
    const { tcp, ...rest } = decodeFrame(bytes);
    return tcp ? [{ bytes, at, frame: { ...rest, tcp } }] : [];
  });
}

/** All of the TCP header but the checksum, and the data. The flow label and the identification are the kernel's to choose. */
function told({ tcp, payload }: Segment) {
  const { seq, ack, flags, window, options, srcPort, dstPort, urgentPointer } = tcp;
  return { seq, ack, flags, window, options, srcPort, dstPort, urgentPointer, payload: [...payload] };
}

function serverIn(scenario: string, link: string) {
  const segments = recorded(scenario, link);
  const synAck = segments.find(({ frame }) => frame.tcp.flags === (TcpFlags.syn | TcpFlags.ack));
  const ip = synAck?.frame.ipv4 ?? synAck?.frame.ipv6;
  if (!synAck || !ip) throw new Error("no SYN-ACK in the recording");
  const { tcp, ethernet } = synAck.frame;
  const timestamps = tcp.options.find((option) => option.type === "timestamps");
  const host = createModelHost({
    mac: ethernet.src,
    ip: ip.src,
    isn: tcp.seq,
    windowScale: 10,
    receiveWindow: tcp.window,
    closesWithPeer: false,
    ...(timestamps && { timestamps: true, sackPermitted: true, timestampBase: timestamps.value }),
  });
  const { connections } = host.listen(tcp.srcPort);
  return { segments, host, connections, isServer: (frame: Segment) => frame.tcp.srcPort === tcp.srcPort };
}

it.each(["normalised", "normalised-ipv6", "nat", "timestamps"])(
  "answers the client of %s as server 1 did",
  (scenario) => {
    const { segments, host, connections, isServer } = serverIn(scenario, "origin");
    const [, real] = segments;
    host.receive(segments[0]?.bytes ?? new Uint8Array());
    const [answer] = host.take();
    if (!answer || !real) throw new Error("no answer");
    const { tcp, payload, ipv4 } = decodeFrame(answer);
    if (!tcp) throw new Error("no TCP");
    expect(told({ ...decodeFrame(answer), tcp, payload })).toEqual(told(real.frame));
    if (ipv4) expect([...answer]).toEqual([...real.bytes]);
    for (const { bytes, frame } of segments.slice(2)) {
      expect(isServer(frame)).toBe(false);
      host.receive(bytes);
    }
    expect(host.take()).toEqual([]);
    expect(connections[0]).toMatchObject({ state: "closed", error: "reset" });
  },
);

it.each(["normalised", "normalised-ipv6", "nat", "timestamps"])(
  "serves the client of %s as server 2 did",
  (scenario) => {
    const { segments, host, connections, isServer } = serverIn(scenario, "target");
    const real = segments.filter(({ frame }) => isServer(frame)).map(({ frame }) => frame);
    const sent: Segment[] = [];
    const collect = () => {
      for (const bytes of host.take()) {
        const { tcp, ...rest } = decodeFrame(bytes);
        if (tcp) sent.push({ ...rest, tcp });
      }
    };
    // The application writes what the real one wrote when the recording shows it: the numbers are then the kernel's alone.
    let waiting = new Map<number, Uint8Array>();
    for (const { bytes, frame } of segments) {
      const [connection] = connections;
      if (!isServer(frame)) host.receive(bytes);
      else if (frame.payload.length > 0) waiting.set(frame.tcp.seq, frame.payload);
      else if ((frame.tcp.flags & TcpFlags.fin) !== 0) connection?.close();
      if (isServer(frame) && (frame.tcp.flags & TcpFlags.psh) !== 0) {
        const data = [...waiting].sort(([a], [b]) => seqDiff(a, b)).flatMap(([, part]) => [...part]);
        connection?.send(Uint8Array.from(data));
        waiting = new Map();
      }
      collect();
    }
    const numbers = (list: readonly Segment[]) =>
      list.map(({ tcp, payload }) => [tcp.flags & ~TcpFlags.psh, tcp.seq, tcp.ack, tcp.window, payload.length]);
    const bare = (list: readonly Segment[]) => numbers(list).filter(([, , , , length]) => length === 0);
    const bytesOf = (list: readonly Segment[]) => list.flatMap(({ payload }) => [...payload]);
    expect(real.length).toBeGreaterThan(5);
    expect(numbers(sent.slice(0, 2))).toEqual(numbers(real.slice(0, 2)));
    expect(bytesOf(sent)).toEqual(bytesOf(real));
    expect(bare(sent).at(-1)).toEqual(bare(real).at(-1));
    expect(numbers(sent).filter(([, , , , length]) => length !== 0)).toEqual(
      numbers(real).filter(([, , , , length]) => length !== 0),
    );
  },
);
