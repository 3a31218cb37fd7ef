/** Every number of OpenFlow 1.3's enumerations against os-ken's, by the specification's names; and errors' names. */
import { expect, it } from "vitest";
import * as ofp from "../../src/ofp/index.ts";
import { askOsKen } from "./os-ken-peer.ts";

type Enumeration = Readonly<Record<string, number>>;

const enumerations: readonly (readonly [prefix: string, values: Enumeration])[] = [
  ["OFPT_", ofp.MessageType],
  ["OFPHET_", ofp.HelloElemType],
  ["OFPP_", ofp.Port],
  ["OFPPC_", ofp.PortConfig],
  ["OFPPS_", ofp.PortState],
  ["OFPPF_", ofp.PortFeatures],
  ["OFPPR_", ofp.PortReason],
  ["OFPQT_", ofp.QueueProperties],
  ["OFPMT_", ofp.MatchType],
  ["OFPXMC_", ofp.OxmClass],
  ["OFPXMT_OFB_", ofp.OxmOfbMatchFields],
  ["OFPVID_", ofp.VlanId],
  ["OFPIEH_", ofp.Ipv6exthdrFlags],
  ["OFPIT_", ofp.InstructionType],
  ["OFPAT_", ofp.ActionType],
  ["OFPCML_", ofp.ControllerMaxLen],
  ["OFPC_", { ...ofp.Capabilities, ...ofp.ConfigFlags }],
  ["OFPTT_", ofp.Table],
  ["OFPFC_", ofp.FlowModCommand],
  ["OFPFF_", ofp.FlowModFlags],
  ["OFPG_", ofp.Group],
  ["OFPGC_", ofp.GroupModCommand],
  ["OFPGT_", ofp.GroupType],
  ["OFPGFC_", ofp.GroupCapabilities],
  ["OFPM_", ofp.Meter],
  ["OFPMC_", ofp.MeterModCommand],
  ["OFPMF_", ofp.MeterFlags],
  ["OFPMBT_", ofp.MeterBandType],
  ["OFPMP_", ofp.MultipartType],
  ["OFPMPF_REQ_", ofp.MultipartRequestFlags],
  ["OFPMPF_REPLY_", ofp.MultipartReplyFlags],
  ["OFPTFPT_", ofp.TableFeaturePropType],
  ["OFPCR_ROLE_", ofp.ControllerRole],
  ["OFPR_", ofp.PacketInReason],
  ["OFPRR_", ofp.FlowRemovedReason],
  ["OFPET_", ofp.ErrorType],
  ["OFPHFC_", ofp.HelloFailedCode],
  ["OFPBRC_", ofp.BadRequestCode],
  ["OFPBAC_", ofp.BadActionCode],
  ["OFPBIC_", ofp.BadInstructionCode],
  ["OFPBMC_", ofp.BadMatchCode],
  ["OFPFMFC_", ofp.FlowModFailedCode],
  ["OFPGMFC_", ofp.GroupModFailedCode],
  ["OFPPMFC_", ofp.PortModFailedCode],
  ["OFPTMFC_", ofp.TableModFailedCode],
  ["OFPQOFC_", ofp.QueueOpFailedCode],
  ["OFPSCFC_", ofp.SwitchConfigFailedCode],
  ["OFPRRFC_", ofp.RoleRequestFailedCode],
  ["OFPMMFC_", ofp.MeterModFailedCode],
  ["OFPTFFC_", ofp.TableFeaturesFailedCode],
];

const [answer] = askOsKen([{ constants: true }]);
const theirs = answer?.constants ?? {};

function specificationName(prefix: string, name: string): string {
  if (/^nxm\d$/.test(name)) return `${prefix}NXM_${name.slice(-1)}`;
  return prefix + name.replace(/[A-Z]/g, "_$&").toUpperCase();
}

it.each(enumerations.map(([prefix, values]) => ({ prefix, values })))(
  "$prefix has the same numbers",
  ({ prefix, values }) => {
    const ours = Object.entries(values).map(([name, value]) => [specificationName(prefix, name), value] as const);
    const known = Object.entries(theirs).filter(([name]) => name.startsWith(prefix));
    expect(known.length).toBeGreaterThan(0);
    expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(known));
  },
);

it("has a table for every family of numbers that os-ken names", () => {
  const families = new Set(enumerations.map(([prefix]) => prefix));
  const others = Object.keys(theirs).filter((name) => ![...families].some((prefix) => name.startsWith(prefix)));
  // Sizes of structs and lengths of texts, spelling mistakes, and numbers with tables or names of another kind here.
  const elsewhere = /_SIZE$|_LEN$|_STR$|^OFPQCFC_EPERM$|^OFP_/;
  expect(others.filter((name) => !elsewhere.test(name)).sort()).toEqual(["OFPQ_ALL"]);
  expect([theirs.OFPQ_ALL, theirs.OFP_NO_BUFFER, theirs.OFP_DEFAULT_PRIORITY, theirs.OFP_VERSION]).toEqual([
    ofp.Queue.all,
    ofp.NO_BUFFER,
    ofp.DEFAULT_PRIORITY,
    ofp.OFP_VERSION,
  ]);
});

it("names every error as the specification does", () => {
  const types = Object.entries(ofp.ErrorType).filter(([name]) => name !== "experimenter");
  const codes = enumerations.filter(([prefix]) => /^OFP\w+C_$/.test(prefix));
  const start = codes.findIndex(([prefix]) => prefix === "OFPHFC_");
  const families = codes.slice(start);
  expect(families.length).toBe(types.length);
  types.forEach(([, errorType], index) => {
    const [prefix, values] = families[index] ?? ["", {}];
    for (const code of Object.values(values)) expect(theirs[ofp.errorName(errorType, code)]).toBe(code);
    expect(ofp.errorName(errorType, 0).startsWith(prefix)).toBe(true);
  });
});
