/** ONF EXT-230 §"Bundle properties", struct ofp_bundle_prop_header: what may follow in both messages of a bundle; none is defined. */
import { type ExperimenterProperty, propertyList, type UnknownProperty } from "./property.ts";

/** What may follow the fixed part of a bundle's message. */
export type BundleProperty = ExperimenterProperty | UnknownProperty;

export const bundleProperties = propertyList<never>([]);
