/**
 * The Nicira extensions of Open vSwitch and those of the ONF: actions, match fields, and the four actions that shift the
 * numbers of a TCP segment.
 *
 * @module nx
 */

export { type Bytes, WireError, type WireErrorCode } from "../wire/index.ts";
export {
  type BundleAdd,
  type BundleAddInit,
  type BundleControl,
  type BundleControlInit,
  BundleControlType,
  BundleFlags,
  bundleAdd,
  bundleControl,
} from "./bundle.ts";
export type { BundleProperty, ExperimenterBundleProperty, UnknownBundleProperty } from "./bundle-property.ts";
export { NICIRA, ONF } from "./experimenter.ts";
export { type NiciraAction, nicira, type OnfMessage, onf } from "./extension.ts";
export { type FinTimeoutAction, type FinTimeouts, finTimeout } from "./fin-timeout.ts";
export { type NoteAction, note } from "./note.ts";
export { type RegLoadAction, regLoad } from "./reg-load.ts";
export { type ResubmitAction, type ResubmitTableAction, resubmit, resubmitTable } from "./resubmit.ts";
export type { Subfield } from "./subfield.ts";
export {
  decTcpAck,
  decTcpSeq,
  incTcpAck,
  incTcpSeq,
  shiftAck,
  shiftSeq,
  type TcpShiftAction,
} from "./tcp-shift.ts";
