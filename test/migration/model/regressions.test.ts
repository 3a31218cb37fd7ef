/** Scenarios that failed once, as small as they could be made. */
import { describe, expect, it } from "vitest";
import { check } from "./check.ts";
import { type ScenarioChanges, scenarioOf } from "./scenario.ts";

const found: readonly (readonly [string, ScenarioChanges])[] = [
  [
    "shows what server 1 answers to a new SYN while a late move from another server waits for its moment",
    {
      lateMoves: true,
      connections: [
        {
          requests: [10, 10],
          pause: 20_000,
          verdicts: [
            { action: "migrate", from: "question", after: 10 },
            { action: "migrate", target: "third", from: "start", after: 5000 },
            { action: "migrate", target: "third", from: "start", after: 15_100 },
            { action: "migrate", target: "third", from: "start", after: 25_200 },
          ],
          again: { at: 6000, isn: 700_000 },
        },
      ],
    },
  ],
  [
    "shows the rest of a new handshake whose SYN came while nothing was in the switch yet",
    {
      connections: [
        {
          requests: [1],
          pause: 0,
          verdicts: [{ action: "migrate", from: "question", after: 0 }],
          again: { at: 7, isn: 7778 },
        },
      ],
    },
  ],
  [
    "forgets a connection whose flows got lost with the channel",
    { troubles: [{ type: "cut", at: 0, ms: 2 }], connections: [{ requests: [1], extra: "signed", verdicts: [] }] },
  ],
  [
    "forgets a connection whose barrier got lost when the channel was back",
    {
      latency: 0,
      troubles: [
        { type: "cut", at: 6, ms: 1 },
        { type: "barrier", nth: 0 },
        { type: "refusal", nth: 2 },
      ],
      connections: [{ requests: [1], pause: 5, pipelines: true, verdicts: [] }],
    },
  ],
  [
    "knows the client's next connection by a keepalive when the ACK and the data before were lost",
    {
      idleSeconds: 20,
      weather: { seed: 8079, loss: 16 },
      servers: { first: { isn: 1 }, second: { isn: 1 }, third: { isn: 1 } },
      connections: [
        {
          isn: 1,
          requests: [1],
          pause: 0,
          verdicts: [{ action: "migrate", from: "start", after: 0 }],
          keepalive: 20,
          again: { at: 221, isn: 1 },
        },
        { isn: 1, startAt: 221, client: 1, requests: [1], pause: 0, verdicts: [] },
      ],
    },
  ],
  [
    "gives server 1 no request before its answer to the SYN was seen: the request could run twice",
    {
      latency: 43,
      idleSeconds: 20,
      weather: { seed: 16381, jitter: 63 },
      servers: { first: { isn: 1 }, second: { isn: 1 }, third: { isn: 1 } },
      connections: [
        {
          isn: 1,
          client: 1,
          requests: [1],
          pause: 0,
          verdicts: [{ action: "migrate", from: "question", after: 0 }],
          again: { at: 321, isn: 1 },
        },
        { isn: 1, requests: [1], pause: 0, verdicts: [], keepalive: 276 },
      ],
    },
  ],
  [
    "forgets a connection that was carried without flows when its late move was taken back",
    {
      latency: 0,
      lateMoves: true,
      idleSeconds: 30,
      troubles: [{ type: "refusal", nth: 0 }],
      servers: { first: { tcp: { windowScale: 0 } } },
      connections: [
        {
          requests: [1, 1, 1],
          pause: 900,
          ending: "halfCloses",
          verdicts: [
            { action: "migrate", from: "question", after: 0 },
            { action: "migrate", from: "question", after: 3 },
          ],
        },
      ],
    },
  ],
  [
    "shows the rest of a new handshake whose SYN came in the moment of the hand-over",
    {
      latency: 0,
      connections: [
        {
          requests: [1],
          pause: 0,
          verdicts: [{ action: "migrate", from: "question", after: 49 }],
          again: { at: 55, isn: 1 },
        },
      ],
    },
  ],
  [
    "tells server 1's challenge from a keepalive by what server 1 itself has said, and resets it",
    {
      dataPlane: "software",
      faults: [{ link: "first", way: "out", nth: 2, what: "lost" }],
      connections: [
        {
          requests: [1],
          pause: 0,
          ending: "vanishes",
          verdicts: [{ action: "migrate", from: "question", after: 0 }],
          again: { at: 18, isn: 1 },
        },
      ],
    },
  ],
  [
    "carries and forgets a connection whose flows the switch did not take when it was back",
    {
      idleSeconds: 20,
      troubles: [{ type: "cut", at: 402, ms: 1 }],
      weather: { seed: 17842, loss: 8 },
      maxFlows: 0,
      connections: [{ client: 1, requests: [1], pause: 0, extra: "signed", verdicts: [] }],
    },
  ],
  [
    "forgets a moved connection whose forward flow the switch refused for good",
    {
      latency: 2,
      idleSeconds: 20,
      troubles: [{ type: "cut", at: 224, ms: 1 }],
      weather: { seed: 61167, loss: 2 },
      servers: { first: { isn: 1 }, second: { isn: 1 }, third: { isn: 1 } },
      maxFlows: 5,
      connections: [
        {
          isn: 1,
          startAt: 9,
          requests: [1],
          pause: 0,
          verdicts: [{ action: "migrate", from: "question", after: 0 }],
        },
        { isn: 1, requests: [1], pause: 0, verdicts: [] },
      ],
    },
  ],
  [
    "takes for no harm what server 1 says, in shadow mode, about a SYN that came twice when all is over",
    {
      shadow: true,
      idleSeconds: 20,
      weather: { seed: 33_091, duplication: 19 },
      servers: { first: { isn: 1 }, second: { isn: 1 }, third: { isn: 1 } },
      connections: [
        {
          isn: 1,
          startAt: 12,
          requests: [1],
          pause: 0,
          ending: "resets",
          endAfter: 1,
          verdicts: [{ action: "migrate", from: "question", after: 0 }],
          again: { at: 18, isn: 1 },
        },
        { isn: 1, requests: [1, 1], pause: 1, verdicts: [] },
      ],
    },
  ],
  [
    "has servers that go no further than was offered when repeated data acknowledges more than an ACK that overtook it",
    {
      latency: 0,
      shadow: true,
      idleSeconds: 20,
      weather: { seed: 32_332, loss: 2, jitter: 1 },
      servers: { first: { isn: 1 }, second: { isn: 1 }, third: { isn: 1 } },
      connections: [
        {
          isn: 1,
          tcp: { mss: 88, windowScale: 0, receiveWindow: 1000 },
          requests: [972, 28, 57, 1056],
          pause: 0,
          pipelines: true,
          verdicts: [],
          stall: { at: 0, ms: 219 },
          again: { at: 219, isn: 1 },
        },
      ],
    },
  ],
];

describe("a scenario that failed once", () => {
  it.each(found)("%s", (_, changes) => {
    expect(check(scenarioOf(changes)).flows).toBe(0);
  });
});
