/** Lists of actions that shift, and what each port must send. */
import type { SegmentShift } from "../../src/tcp/index.ts";

export interface Story {
  readonly actions: string;
  /** By port, in order: by how much the numbers of each segment are shifted. */
  readonly out: Readonly<Record<number, readonly SegmentShift[]>>;
  /** Commands of ovs-ofctl that make the groups and other tables which the actions lead to. */
  readonly before?: readonly (readonly [command: string, text: string])[];
}

const table5 = ["add-flow", "table=5,actions=inc_tcp_seq:5,output:4"] as const;
const table6 = ["add-flow", "table=6,actions=inc_tcp_seq:5,resubmit(,5),output:3"] as const;
const group = (id: number, type: string, ...buckets: readonly string[]) =>
  [
    "add-group",
    [`group_id=${id}`, `type=${type}`, ...buckets.map((actions) => `bucket=actions=${actions}`)].join(","),
  ] as const;
const all = group(1, "all", "inc_tcp_seq:5,output:2", "dec_tcp_ack:4,output:3", "output:4");
const indirect = group(2, "indirect", "inc_tcp_seq:5,inc_tcp_ack:9,output:2");
const select = group(3, "select", "inc_tcp_seq:5,output:2");
const nested = group(4, "all", "inc_tcp_seq:5,resubmit(,6)", "output:2");

const by = (seq: number, ack = 0): SegmentShift => ({ seq, ack });

export const stories: readonly Story[] = [
  // One after the other.
  { actions: "inc_tcp_seq:5,output:2", out: { 2: [by(5)] } },
  { actions: "dec_tcp_seq:5,inc_tcp_ack:0xffffffff,output:2", out: { 2: [by(-5, -1)] } },
  { actions: "output:2,inc_tcp_seq:5,output:3", out: { 2: [by(0)], 3: [by(5)] } },
  { actions: "inc_tcp_seq:5,output:2,inc_tcp_seq:5,output:3", out: { 2: [by(5)], 3: [by(10)] } },
  { actions: "inc_tcp_seq:5,output:2,output:2,dec_tcp_seq:6,output:2", out: { 2: [by(5), by(5), by(-1)] } },
  // A clone is a packet of its own.
  { actions: "clone(inc_tcp_seq:5,output:2),output:3", out: { 2: [by(5)], 3: [by(0)] } },
  {
    actions: "inc_tcp_ack:1,clone(inc_tcp_seq:5,output:2,clone(inc_tcp_seq:1,output:2)),output:3",
    out: { 2: [by(5, 1), by(6, 1)], 3: [by(0, 1)] },
  },
  // With ct in it, the data path clones as well.
  {
    actions: "clone(inc_tcp_seq:5,ct(commit),output:2),inc_tcp_seq:1,output:3",
    out: { 2: [by(5)], 3: [by(1)] },
  },
  // The packet comes back into the switch, as it is by then.
  { actions: "inc_tcp_seq:1,ct(table=5),output:2", before: [table5], out: { 2: [by(1)], 4: [by(6)] } },
  { actions: "inc_tcp_seq:5,push_mpls:0x8847,pop_mpls:0x0800,inc_tcp_seq:1,output:2", out: { 2: [by(6)] } },
  // What another table does stays.
  { actions: "resubmit(,5),resubmit(,5),output:2", before: [table5], out: { 2: [by(10)], 4: [by(5), by(10)] } },
  { actions: "resubmit(,6),output:2", before: [table5, table6], out: { 2: [by(10)], 3: [by(10)], 4: [by(10)] } },
  { actions: "clone(resubmit(,6)),output:2", before: [table5, table6], out: { 2: [by(0)], 3: [by(10)], 4: [by(10)] } },
  { actions: "inc_tcp_seq:1,goto_table:6", before: [table5, table6], out: { 3: [by(11)], 4: [by(11)] } },
  // Each bucket of a group has a packet of its own.
  { actions: "group:1", before: [all], out: { 2: [by(5)], 3: [by(0, -4)], 4: [by(0)] } },
  {
    actions: "inc_tcp_seq:1,group:1,inc_tcp_seq:1,output:2",
    before: [all],
    out: { 2: [by(6), by(2)], 3: [by(1, -4)], 4: [by(1)] },
  },
  { actions: "group:2,output:3", before: [indirect], out: { 2: [by(5, 9)], 3: [by(0)] } },
  { actions: "group:3,output:3", before: [select], out: { 2: [by(5)], 3: [by(0)] } },
  { actions: "group:4", before: [table5, table6, nested], out: { 2: [by(0)], 3: [by(15)], 4: [by(15)] } },
  // An action set holds one action of each kind: the last.
  {
    actions: "inc_tcp_seq:1,output:3,write_actions(inc_tcp_seq:5,dec_tcp_ack:1,inc_tcp_seq:7,group:1)",
    before: [all],
    out: { 2: [by(13, -1)], 3: [by(1), by(8, -5)], 4: [by(8, -1)] },
  },
  // Everything behind is done twice: for larger and for smaller packets.
  { actions: "inc_tcp_seq:5,check_pkt_larger(1000)->reg0[0],inc_tcp_seq:1,output:2", out: { 2: [by(6)] } },
];
