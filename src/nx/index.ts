/**
 * The Nicira extensions of Open vSwitch and those of the ONF: actions, match fields, and the four actions that shift the
 * numbers of a TCP segment.
 *
 * @module nx
 */

export { type Bytes, WireError, type WireErrorCode } from "../wire/index.ts";
export { type FinTimeoutAction, type FinTimeouts, finTimeout } from "./actions/fin-timeout.ts";
export type { NiciraAction } from "./actions/index.ts";
export { type NoteAction, note } from "./actions/note.ts";
export { type RegLoadAction, regLoad } from "./actions/reg-load.ts";
export { type ResubmitAction, type ResubmitTableAction, resubmit, resubmitTable } from "./actions/resubmit.ts";
export {
  decTcpAck,
  decTcpSeq,
  incTcpAck,
  incTcpSeq,
  shiftAck,
  shiftSeq,
  type TcpShiftAction,
} from "./actions/tcp-shift.ts";
export { NICIRA, ONF } from "./experimenter.ts";
export { nicira, onf } from "./extension.ts";
export {
  type BundleAdd,
  type BundleAddInit,
  type BundleControl,
  type BundleControlInit,
  BundleControlType,
  BundleFlags,
  bundleAdd,
  bundleControl,
} from "./messages/bundle.ts";
export type { BundleProperty } from "./messages/bundle-property.ts";
export type { OnfMessage } from "./messages/index.ts";
export type { ExperimenterProperty, UnknownProperty } from "./messages/property.ts";
export type { Subfield } from "./subfield.ts";
