/** Fixed layouts off the hot path are read by binary-parser: it must say what the plain interpretation of the table says. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asyncLayout } from "../../src/ofp/messages/async.ts";
import { configLayout } from "../../src/ofp/messages/config.ts";
import { errorLayout } from "../../src/ofp/messages/error.ts";
import { featuresLayout } from "../../src/ofp/messages/features.ts";
import { flowRemovedLayout } from "../../src/ofp/messages/flow-removed.ts";
import { groupModLayout } from "../../src/ofp/messages/group-mod.ts";
import { meterModLayout } from "../../src/ofp/messages/meter-mod.ts";
import { aggregateStatsLayout } from "../../src/ofp/messages/multipart/aggregate.ts";
import { descLayout } from "../../src/ofp/messages/multipart/desc.ts";
import { flowStatsLayout, flowStatsRequestLayout } from "../../src/ofp/messages/multipart/flow.ts";
import { groupStatsLayout, groupStatsRequestLayout } from "../../src/ofp/messages/multipart/group.ts";
import { groupDescLayout } from "../../src/ofp/messages/multipart/group-desc.ts";
import { groupFeaturesLayout } from "../../src/ofp/messages/multipart/group-features.ts";
import { meterRequestLayout, meterStatsLayout } from "../../src/ofp/messages/multipart/meter.ts";
import { meterConfigLayout } from "../../src/ofp/messages/multipart/meter-config.ts";
import { meterFeaturesLayout } from "../../src/ofp/messages/multipart/meter-features.ts";
import { portStatsLayout, portStatsRequestLayout } from "../../src/ofp/messages/multipart/port-stats.ts";
import { queueStatsLayout, queueStatsRequestLayout } from "../../src/ofp/messages/multipart/queue.ts";
import { tableStatsLayout } from "../../src/ofp/messages/multipart/table.ts";
import { tableFeaturesLayout } from "../../src/ofp/messages/multipart/table-features.ts";
import { multipartLayout } from "../../src/ofp/messages/multipart.ts";
import { portDescLayout } from "../../src/ofp/messages/port-desc.ts";
import { portModLayout } from "../../src/ofp/messages/port-mod.ts";
import { portStatusLayout } from "../../src/ofp/messages/port-status.ts";
import { queueConfigLayout } from "../../src/ofp/messages/queue-config.ts";
import { roleLayout } from "../../src/ofp/messages/role.ts";
import { tableModLayout } from "../../src/ofp/messages/table-mod.ts";
import { Reader, readMembers, type Struct } from "../../src/wire/index.ts";
import { readSources } from "../structure/source.ts";

const layouts: Readonly<Record<string, Struct<unknown>>> = {
  aggregateStatsLayout,
  asyncLayout,
  configLayout,
  descLayout,
  errorLayout,
  featuresLayout,
  flowRemovedLayout,
  flowStatsLayout,
  flowStatsRequestLayout,
  groupDescLayout,
  groupFeaturesLayout,
  groupModLayout,
  groupStatsLayout,
  groupStatsRequestLayout,
  meterConfigLayout,
  meterFeaturesLayout,
  meterModLayout,
  meterRequestLayout,
  meterStatsLayout,
  multipartLayout,
  portDescLayout,
  portModLayout,
  portStatsLayout,
  portStatsRequestLayout,
  portStatusLayout,
  queueConfigLayout,
  queueStatsLayout,
  queueStatsRequestLayout,
  roleLayout,
  tableFeaturesLayout,
  tableModLayout,
  tableStatsLayout,
};

// Sizes of the structs in OpenFlow 1.3.5, without the headers, lengths and matches around them.
const SIZES: Readonly<Record<string, number>> = {
  aggregateStatsLayout: 40 - 16,
  asyncLayout: 32 - 8,
  configLayout: 12 - 8,
  descLayout: 1056,
  errorLayout: 12 - 8,
  featuresLayout: 32 - 8,
  flowRemovedLayout: 56 - 8 - 8,
  flowStatsLayout: 56 - 8 - 2,
  flowStatsRequestLayout: 40 - 8,
  groupDescLayout: 8 - 2,
  groupFeaturesLayout: 40,
  groupModLayout: 16 - 8,
  groupStatsLayout: 40 - 2,
  groupStatsRequestLayout: 8,
  meterConfigLayout: 8 - 2,
  meterFeaturesLayout: 16,
  meterModLayout: 16 - 8,
  meterRequestLayout: 8,
  meterStatsLayout: 40,
  multipartLayout: 16 - 8,
  portDescLayout: 64,
  portModLayout: 40 - 8,
  portStatsLayout: 112,
  portStatsRequestLayout: 8,
  portStatusLayout: 80 - 8,
  queueConfigLayout: 16 - 8,
  queueStatsLayout: 40,
  queueStatsRequestLayout: 8,
  roleLayout: 24 - 8,
  tableFeaturesLayout: 64 - 2,
  tableModLayout: 16 - 8,
  tableStatsLayout: 24,
};

it("knows every layout that is read by binary-parser", () => {
  const declared = [...readSources()]
    .filter(([path]) => path.startsWith("ofp/"))
    .flatMap(([, text]) => [...text.matchAll(/(\w+)\s*=\s*parsed\(/g)].map((found) => found[1]));
  expect(declared.sort()).toEqual(Object.keys(layouts));
});

describe.each(Object.entries(layouts))("%s", (name, layout) => {
  it("has the size of its struct in the specification", () => {
    expect(layout.size).toBe(SIZES[name]);
  });

  it("is read by binary-parser as the table says, at any place in a buffer", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: layout.size, maxLength: layout.size }),
        fc.nat({ max: 9 }),
        (bytes, offset) => {
          const buffer = new Uint8Array(offset + bytes.length + 3);
          buffer.set(bytes, offset);
          const reader = new Reader(buffer, offset);
          expect(reader.field(layout)).toEqual(readMembers(layout.members, new Reader(buffer).view, offset));
        },
      ),
    );
  });
});
