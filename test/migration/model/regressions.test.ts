/** Scenarios that failed once, as small as they could be made. */
import { describe, expect, it } from "vitest";
import { check } from "./check.ts";
import { type ScenarioChanges, scenarioOf } from "./scenario.ts";

const found: readonly (readonly [string, ScenarioChanges])[] = [
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
];

describe("a scenario that failed once", () => {
  it.each(found)("%s", (_, changes) => {
    expect(check(scenarioOf(changes)).flows).toBe(0);
  });
});
