/** The words that ovs-ofctl reads to actions of OpenFlow 1.3. */
import type { ActionWord } from "../definition.ts";

export const standardWords: Readonly<Record<string, ActionWord>> = {};
