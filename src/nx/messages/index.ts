/** The messages of the extensions. A new one is a row of its experimenter's table. */
import type { MessageRow } from "../../ofp/definition.ts";
import type { NiciraAction } from "../actions/index.ts";
import { type BundleAdd, type BundleControl, bundleAddDefinition, bundleControlDefinition } from "./bundle.ts";

/** A message of an extension that the ONF numbered: bundles (EXT-230). */
export type OnfMessage = BundleControl | BundleAdd<NiciraAction>;

export const onfMessages: readonly MessageRow<OnfMessage>[] = [
  bundleControlDefinition,
  bundleAddDefinition<NiciraAction>(),
];
