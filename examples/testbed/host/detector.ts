/**
 * A detector of the testbed: `detector.ts snort|eve SOCKET PORT` follows what clients say to the port, as far as it comes out of its host's
 * cable, and writes alerts to the socket as Snort or Suricata would. A host has no address in what is mirrored to it, so tcpdump listens.
 */
import { spawn } from "node:child_process";
import { decodeFrame, flowKeyText } from "../../../src/tcp/index.ts";
import { openAlarms } from "./alarms.ts";
import { Streams } from "./findings.ts";
import { express, listen, say } from "./manner.ts";
import { PcapStream } from "./pcap-stream.ts";

const [kind = "", path = "", port = "0"] = process.argv.slice(2);
const alarms = openAlarms(kind === "snort" ? "snort" : "eve", path);
const how = [
  "-i",
  "eth0",
  "-Q",
  "in",
  "-n",
  "-s",
  "0",
  "-U",
  "-B",
  "16384",
  "--immediate-mode",
  "-Z",
  "root",
  "-w",
  "-",
];
const tcpdump = spawn("tcpdump", [...how, "tcp"], { stdio: ["ignore", "pipe", "ignore"] });
const pcap = new PcapStream();
const streams = new Streams(Number(port));
let isReady = false;

tcpdump.stdout.on("data", (chunk: Buffer) => {
  for (const { frame } of pcap.push(chunk)) {
    const found = streams.push(decodeFrame(frame), frame);
    if (found) {
      express(flowKeyText(found.key), () => {
        alarms.tell(found);
      });
    }
  }
  if (pcap.hasBegun && !isReady) say({ ready: true });
  isReady = pcap.hasBegun;
});
listen();
