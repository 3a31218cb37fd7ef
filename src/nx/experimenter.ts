/** Experimenter ids: Nicira's OUI 00:23:20, and the id under which the ONF published extensions. */
export const NICIRA = 0x00002320;
/** The number under which the ONF's own extensions run. */
export const ONF = 0x4f4e4600;
