/** Match fields of Open vSwitch and of the ONF: OVS meta-flow.h. A new field is a row in the table of its family. */
import type { OxmField } from "../../ofp/definition.ts";
import { basicFields } from "../../ofp/fields.ts";
import { conntrackFields } from "./conntrack.ts";
import { headerFields, tcpFlags } from "./headers.ts";
import { nshFields } from "./nsh.ts";
import { actsetOutput, registerFields } from "./registers.ts";
import { tunnelFields } from "./tunnel.ts";
import { twinFields } from "./twins.ts";

export const onfFields: readonly OxmField[] = [tcpFlags, actsetOutput];

export const niciraFields: readonly OxmField[] = [
  ...registerFields,
  ...tunnelFields,
  ...conntrackFields,
  ...headerFields,
  ...nshFields,
  ...twinFields([...basicFields, ...registerFields, ...onfFields]),
];
