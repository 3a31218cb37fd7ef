/** The words that ovs-ofctl reads to actions of OpenFlow 1.3. */
import { fromHex, quote, WireError } from "../../wire/index.ts";
import { pushVlan } from "../actions/header.ts";
import { output } from "../actions/output.ts";
import type { ActionContext, ActionWord, SeenFields, Tagged } from "../definition.ts";
import { Port } from "../enums/port.ts";
import { exact } from "../match.ts";
import { at } from "./field-text.ts";
import { parsePort } from "./names.ts";
import { parseUint } from "./number.ts";
import { isTagged } from "./packet-state.ts";
import { EthType, sharedField } from "./protocols.ts";
import { scanWords } from "./scan.ts";
import { setFieldTo, setFieldWord } from "./set-field-word.ts";

/** Service tags of 802.1ad. */
const SERVICE_TAG = 0x88a8;

/** An action with one number of so many bits. */
function counted(type: string, name: string, bits: number): ActionWord {
  return (argument) => {
    const action = { type, [name]: parseUint(argument, bits) };
    return action;
  };
}

function alone(type: string): ActionWord {
  return (argument) => {
    if (argument !== "") throw new WireError("syntax", `takes no argument, not ${quote(argument)}`, 0);
    return { type };
  };
}

/** OpenFlow 1.0's actions on fields, which OpenFlow 1.3 says with set-field. */
function modify(fieldName: string): (argument: string, context: ActionContext) => Tagged {
  return (argument, context) => setFieldTo(fieldName, argument, context);
}

/** `controller`, `CONTROLLER:128`, `controller(max_len=128)`; its other keys are an action of Nicira's. */
function controller(argument: string): Tagged {
  let maxLen = 0xffff;
  if (/^\d+$/.test(argument)) {
    maxLen = parseUint(argument, 16);
  } else {
    for (const { key, value, at: keyAt, valueAt } of scanWords(argument)) {
      const plain = (key === "reason" && value === "action") || (key === "id" && value === "0");
      if (key === "max_len") maxLen = at(valueAt, () => parseUint(value, 16));
      else if (!plain) {
        const code = ["reason", "id", "userdata", "pause", "meter_id"].includes(key) ? "unsupported" : "syntax";
        throw new WireError(code, `${quote(key)} is no part of OpenFlow 1.3's output to the controller`, keyAt);
      }
    }
  }
  return output(Port.controller, maxLen);
}

function pushTag(argument: string): Tagged {
  const ethertype = parseUint(argument, 16);
  if (ethertype !== EthType.vlan && ethertype !== SERVICE_TAG) {
    throw new WireError("badValue", `${quote(argument)} is no VLAN tag: 0x8100 or 0x88a8 is needed`, 0);
  }
  return pushVlan(ethertype);
}

/** The low 12 bits; OpenFlow 1.3 wants the bit that says that there is a tag as well. */
function vlanVid(argument: string, context: ActionContext): Tagged {
  return setFieldTo("vlanVid", String(0x1000 | parseUint(argument, 12)), context);
}

/** mod_vlan_vid and mod_vlan_pcp push a tag where none is known to be. */
function pushing(word: (argument: string, context: ActionContext) => Tagged): ActionWord {
  return (argument, context) => {
    const action = word(argument, context);
    return isTagged(context.seen, context.registry) ? action : [pushVlan(), action];
  };
}

function tos(argument: string, context: ActionContext): Tagged {
  const byte = parseUint(argument, 8);
  if (byte & 3) throw new WireError("outOfRange", `${quote(argument)} has bits of ECN`, 0);
  return setFieldTo("ipDscp", String(byte >> 2), context);
}

/** The port of whatever protocol the flow matches. */
function transportPort(word: "tp_src" | "tp_dst"): ActionWord {
  return (argument, context) => {
    const name = sharedField(word, numberIn(context.seen, "ethType"), numberIn(context.seen, "ipProto"));
    if (typeof name !== "string" || name.startsWith("icmp")) {
      throw new WireError("badPrerequisite", `mod_${word} needs tcp, udp or sctp in the match`, 0);
    }
    return setFieldTo(name, argument, context);
  };
}

function numberIn(seen: SeenFields, name: string): number | undefined {
  const value = exact(seen.get(name));
  return typeof value === "number" ? value : undefined;
}

/** An action or instruction that nobody knows: `code=99,data=0011`, `experimenter=0x1234,data=`. */
export function parseOpaque(argument: string): Tagged {
  const words = new Map(scanWords(argument).map((word) => [word.key, word]));
  const number = (key: string, bits: number): number | undefined => {
    const word = words.get(key);
    return word && at(word.valueAt, () => parseUint(word.value, bits));
  };
  const code = number("code", 16);
  const experimenter = number("experimenter", 32);
  const data = words.get("data");
  if ((code === undefined) === (experimenter === undefined) || !data || words.size !== 2) {
    throw new WireError("syntax", "code=… or experimenter=… is needed, and data=…", 0);
  }
  const id = code === undefined ? { type: "experimenter", experimenter } : { type: "unknown", code };
  const action = { ...id, data: at(data.valueAt, () => fromHex(data.value)) };
  return action;
}

/** In lower case. */
export const standardWords: Readonly<Record<string, ActionWord>> = {
  output: (argument) => output(parsePort(argument)),
  controller,
  group: counted("group", "groupId", 32),
  set_queue: counted("setQueue", "queueId", 32),
  set_field: setFieldWord,
  push_vlan: pushTag,
  pop_vlan: alone("popVlan"),
  strip_vlan: alone("popVlan"),
  set_vlan_vid: vlanVid,
  set_vlan_pcp: modify("vlanPcp"),
  mod_vlan_vid: pushing(vlanVid),
  mod_vlan_pcp: pushing(modify("vlanPcp")),
  mod_dl_src: modify("ethSrc"),
  mod_dl_dst: modify("ethDst"),
  mod_nw_src: modify("ipv4Src"),
  mod_nw_dst: modify("ipv4Dst"),
  mod_nw_tos: tos,
  mod_nw_ecn: modify("ipEcn"),
  mod_nw_ttl: counted("setNwTtl", "ttl", 8),
  set_nw_ttl: counted("setNwTtl", "ttl", 8),
  mod_tp_src: transportPort("tp_src"),
  mod_tp_dst: transportPort("tp_dst"),
  dec_ttl: alone("decNwTtl"),
  push_mpls: counted("pushMpls", "ethertype", 16),
  pop_mpls: counted("popMpls", "ethertype", 16),
  set_mpls_label: modify("mplsLabel"),
  set_mpls_tc: modify("mplsTc"),
  set_mpls_ttl: counted("setMplsTtl", "ttl", 8),
  dec_mpls_ttl: alone("decMplsTtl"),
  set_tunnel: modify("tunnelId"),
  set_tunnel64: modify("tunnelId"),
  // Words of ours for what ovs-ofctl does not know.
  copy_ttl_out: alone("copyTtlOut"),
  copy_ttl_in: alone("copyTtlIn"),
  push_pbb: counted("pushPbb", "ethertype", 16),
  pop_pbb: alone("popPbb"),
  action: parseOpaque,
};
