/** Random flow tables and packets, from few enough values that flows are hit. */
import fc from "fast-check";
import type { Action, FlowMod, Instruction } from "../../src/index.ts";
import { clone, note, regLoad, resubmitTable } from "../../src/nx/index.ts";
import {
  applyActions,
  clearActions,
  decNwTtl,
  FlowModFlags,
  flowMod,
  gotoTable,
  type Match,
  output,
  Port,
  popVlan,
  pushVlan,
  setField,
  setNwTtl,
  writeActions,
  writeMetadata,
} from "../../src/ofp/index.ts";
import { EtherType } from "../../src/tcp/index.ts";
import { broadMatch, randomMatch } from "./model-switch-matches.ts";
import { mac, pick, port, register, small } from "./model-switch-values.ts";

export const PORTS = [1, 2, 3, 4];
const TABLES = 4;

const setters: fc.Arbitrary<Match> = fc.oneof(
  mac.map((ethDst) => ({ ethDst })),
  mac.map((ethSrc) => ({ ethSrc })),
  small.map((reg0) => ({ reg0 })),
  small.map((reg15) => ({ reg15 })),
  small.map((value) => ({ metadata: BigInt(value) })),
);
const ipSetters: readonly Match[] = [{ ipDscp: 10 }, { ipEcn: 3 }, { ipDscp: 63 }];
const ipv4Setters: readonly Match[] = [{ ipv4Src: "10.0.0.2" }, { ipv4Dst: "10.0.1.3" }, { ipv4Dst: "255.0.255.1" }];
const ipv6Setters: readonly Match[] = [
  { ipv6Src: "2001:db8::2" },
  { ipv6Dst: "fe80::3" },
  { ipv6Dst: "ffff::ffff:0:1" },
  { ipv6Flabel: 0xfffff },
];
const tcpSetters: readonly Match[] = [{ tcpSrc: 443 }, { tcpDst: 5001 }, { tcpDst: 0xffff }];
const udpSetters: readonly Match[] = [{ udpSrc: 443 }, { udpDst: 5001 }, { udpDst: 0 }];
const arpSetters: readonly Match[] = [{ arpOp: 2 }, { arpSpa: "10.0.0.9" }, { arpTha: "02:00:00:00:00:09" }];
const allSetters = [ipSetters, ipv4Setters, ipv6Setters, tcpSetters, udpSetters, arpSetters].flat();

/** What a packet of that match has. */
function fittingSetters({ ethType, ipProto }: Match): readonly Match[] {
  if (ethType === EtherType.arp) return arpSetters;
  if (ethType !== EtherType.ipv4 && ethType !== EtherType.ipv6) return [];
  return [
    ...ipSetters,
    ...(ethType === EtherType.ipv4 ? ipv4Setters : ipv6Setters),
    ...(ipProto === 6 ? [...tcpSetters, ...tcpSetters] : []),
    ...(ipProto === 17 ? [...udpSetters, ...udpSetters] : []),
    ...(ethType === EtherType.ipv4 && ipProto === 1 ? [{ icmpv4Type: 3 }, { icmpv4Code: 1 }] : []),
    ...(ethType === EtherType.ipv6 && ipProto === 58 ? [{ icmpv6Type: 3 }, { icmpv6Code: 1 }] : []),
  ];
}

const loads: fc.Arbitrary<Action> = fc.oneof(
  fc
    .tuple(register, small, fc.integer({ min: 0, max: 30 }))
    .map(([field, value, offset]) => regLoad({ field, offset, bits: 2 }, value)),
  pick(
    regLoad({ field: "ethDstNxm", offset: 40, bits: 8 }, 2),
    regLoad({ field: "metadata", offset: 0, bits: 2 }, 3),
    regLoad({ field: "pktMark", offset: 0, bits: 32 }, 9),
  ),
);
const headerLoads: readonly Action[] = [
  regLoad({ field: "ipv4DstNxm", offset: 0, bits: 8 }, 77),
  regLoad({ field: "ipv6DstNxm", offset: 60, bits: 8 }, 77),
  regLoad({ field: "tcpDstNxm", offset: 4, bits: 8 }, 0xff),
];

function fittingLoads({ ethType, ipProto }: Match): readonly Action[] {
  return headerLoads.filter(
    (_, index) => [ethType === EtherType.ipv4, ethType === EtherType.ipv6, ipProto === 6][index] === true,
  );
}

const outputs = fc.oneof(
  { weight: 6, arbitrary: port },
  { weight: 4, arbitrary: pick<number>(Port.inPort, Port.flood, Port.all, Port.controller, Port.controller) },
);
/** Mostly what fits the match; now and then what does not: which flows are refused, and why, is part of the comparison. */
function randomAction(match: Match, extra?: fc.Arbitrary<Action>, depth = 2): fc.Arbitrary<Action> {
  const isIp = match.ethType === EtherType.ipv4 || match.ethType === EtherType.ipv6;
  const isTagged = match.vlanVid !== undefined && match.vlanVid !== 0;
  const setterChoices = [...fittingSetters(match), ...(isTagged ? [{ vlanVid: 0x1005 }, { vlanPcp: 5 }] : [])];
  const plain: fc.Arbitrary<Action>[] = [
    ...fittingLoads(match).map((action) => fc.constant(action)),
    ...(isTagged ? [fc.constant(popVlan())] : []),
    ...(isIp ? [pick<Action>(decNwTtl(), decNwTtl(), setNwTtl(7))] : []),
    ...(setterChoices.length > 0 ? [pick(...setterChoices).map((field) => setField(field))] : []),
  ];
  return fc.oneof(
    { weight: 60, arbitrary: outputs.map((number) => output(number)) },
    { weight: 25, arbitrary: setters.map((field) => setField(field)) },
    { weight: 15, arbitrary: loads },
    { weight: 10, arbitrary: pick<Action>(pushVlan(), pushVlan(0x88a8)) },
    { weight: 5, arbitrary: fc.constant(note(Uint8Array.of(1))) },
    {
      weight: 20,
      arbitrary: fc
        .tuple(fc.integer({ min: 0, max: TABLES - 1 }), fc.oneof(fc.constant(Port.inPort), port))
        .map(([tableId, inPort]) => resubmitTable(tableId, inPort)),
    },
    {
      weight: plain.length === 0 ? 0 : 90,
      arbitrary: plain.length === 0 ? fc.constant(decNwTtl()) : fc.oneof(...plain),
    },
    {
      weight: 3,
      arbitrary: fc.oneof(
        pick(...allSetters).map((field) => setField(field)),
        pick(...headerLoads),
        pick<Action>(popVlan(), decNwTtl()),
      ),
    },
    ...(extra ? [{ weight: 90, arbitrary: extra }] : []),
    ...(depth === 0
      ? []
      : [
          {
            weight: 15,
            arbitrary: fc
              .array(randomAction(match, extra, depth - 1), { maxLength: 4 })
              .map((actions): Action => clone(actions)),
          },
        ]),
  );
}

function randomFlow(matches: fc.Arbitrary<Match>, extra?: fc.Arbitrary<Action>): fc.Arbitrary<FlowMod> {
  return matches.chain((match) =>
    fc
      .record({
        tableId: fc.integer({ min: 0, max: 5 }).map((dice) => Math.max(0, dice - 2)),
        priority: pick(0, 1, 2, 3, 0x8000),
        cookie: fc.integer({ min: 0, max: 5 }).map(BigInt),
        apply: fc.array(randomAction(match, extra), { minLength: 1, maxLength: 5 }),
        write: fc.option(
          fc.array(
            fc.oneof(
              outputs.map((number) => output(number)),
              setters.map((field) => setField(field)),
              ...(extra ? [extra] : []),
            ),
            { maxLength: 3 },
          ),
          { freq: 3, nil: undefined },
        ),
        clear: fc.boolean(),
        metadata: fc.option(fc.tuple(small, small), { nil: undefined }),
        next: fc.integer({ min: 0, max: 19 }),
        checkOverlap: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
      })
      .map(({ tableId, priority, cookie, apply, write, clear, metadata, next, checkOverlap }) => {
        const instructions: Instruction[] = [applyActions(apply)];
        if (clear && write) instructions.push(clearActions());
        if (write) instructions.push(writeActions(write));
        if (metadata) instructions.push(writeMetadata(BigInt(metadata[0] & metadata[1]), BigInt(metadata[1])));
        // Now and then back to a table that may not follow.
        const table = next === 0 ? tableId : tableId + 1 + (next % 3);
        if (next < 8 && table < TABLES) instructions.push(gotoTable(table));
        const flags = checkOverlap ? FlowModFlags.checkOverlap : 0;
        return flowMod({ tableId, priority, cookie, match, flags, instructions });
      }),
  );
}

/**
 * Flows of one priority that both match a packet are in no order; so each has a priority of its own, or that and the match of an
 * earlier one, which it then replaces.
 */
function inPlaces(flow: fc.Arbitrary<FlowMod>): fc.Arbitrary<FlowMod[]> {
  return fc
    .array(flow, { minLength: 12, maxLength: 30 })
    .chain((flows) =>
      fc
        .array(fc.integer({ min: 0, max: 9 * flows.length }), { minLength: flows.length, maxLength: flows.length })
        .map((dice) => flows.map((flow, index) => placed(flow, index, dice, flows))),
    );
}

export const randomFlows: fc.Arbitrary<FlowMod[]> = inPlaces(randomFlow(randomMatch));

/** The same with more actions to choose from, and more often flows that a TCP segment hits. */
export function randomFlowsWith(extra: fc.Arbitrary<Action>): fc.Arbitrary<FlowMod[]> {
  return inPlaces(randomFlow(fc.oneof(randomMatch, broadMatch), extra));
}

function placed(flow: FlowMod, index: number, dice: readonly number[], flows: readonly FlowMod[]): FlowMod {
  const earlier = dice[index] ?? 0;
  const replaced = earlier < index ? flows[earlier] : undefined;
  if (replaced)
    return { ...flow, tableId: replaced.tableId, priority: priorityOf(earlier, dice), match: replaced.match };
  return { ...flow, priority: priorityOf(index, dice) };
}

/** Flows that replace another take its place, so the numbers of those that do not are all different. */
function priorityOf(index: number, dice: readonly number[]): number {
  const earlier = dice[index] ?? 0;
  return earlier < index ? priorityOf(earlier, dice) : (index * 7919) % 30_011;
}

/** Flow-mods of every command, from few enough matches that they meet. */
export const randomChanges: fc.Arbitrary<FlowMod[]> = fc
  .tuple(
    fc.array(randomFlow(randomMatch), { minLength: 4, maxLength: 6 }),
    fc.array(randomMatch, { minLength: 3, maxLength: 3 }),
  )
  .chain(([flows, matches]) =>
    fc.array(
      fc
        .record({
          command: pick(0, 0, 0, 1, 2, 3, 4),
          flow: fc.constantFrom(...flows),
          match: fc.constantFrom<Match>({}, ...matches, ...flows.map(({ match }) => match)),
          own: fc.integer({ min: 0, max: 3 }),
          priority: pick(5, 6),
          tableId: pick(0, 0, 1, 0xff),
          cookie: fc.integer({ min: 0, max: 3 }).map(BigInt),
          cookieMask: pick(0n, 0n, 1n, 3n),
          flags: pick(0, 0, FlowModFlags.sendFlowRem, FlowModFlags.resetCounts, FlowModFlags.checkOverlap),
          outPort: pick<number>(Port.any, Port.any, 2),
          idleTimeout: pick(0, 600),
        })
        .map(({ flow, match, own, tableId, cookieMask, outPort, ...rest }) => {
          const adds = rest.command === 0;
          return flowMod({
            ...rest,
            match: own > 0 || adds ? flow.match : match,
            instructions: flow.instructions.filter(({ type }) => type !== "gotoTable"),
            tableId: adds && tableId === 0xff ? 0 : tableId,
            ...(!adds && { cookieMask, outPort }),
          });
        }),
      { minLength: 8, maxLength: 30 },
    ),
  );
