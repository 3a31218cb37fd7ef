/** What a line of Suricata's EVE log says, as plain data. Nothing here does anything. */

/** A line of the log. */
export type EveRecord = EveAlert | EveOther;

/** A line of another `event_type` than `alert`: it is no error, and there is nothing to do with it. */
export interface EveOther {
  readonly type: "eveOther";
  readonly eventType: string;
}

/** A line whose `event_type` is `alert`, as far as it matters here. */
export interface EveAlert {
  readonly type: "eveAlert";
  /** As Suricata writes it: `2024-05-01T10:00:00.000000+0000`. */
  readonly timestamp?: string;
  /** VLAN identifiers, outermost first. */
  readonly vlans: readonly number[];
  /** Of the packet; addresses in the spelling of a decoded frame. */
  readonly src: string;
  readonly dst: string;
  /** Absent for protocols without ports. */
  readonly srcPort?: number;
  readonly dstPort?: number;
  /** `TCP`, `UDP`, … */
  readonly protocol: string;
  /** Which way the packet went; Suricata 7 and later say it. */
  readonly direction?: "to_server" | "to_client";
  readonly gid: number;
  readonly sid: number;
  readonly rev: number;
  readonly signature: string;
  /** Description of the classtype; empty without one. */
  readonly category: string;
  /** Priority of the rule, 1 for the most urgent. */
  readonly severity: number;
  /** What Suricata did: `allowed`, `blocked`. */
  readonly action?: string;
  /** The packet, where the log is configured to have it. */
  readonly packet?: Uint8Array;
  /** Link type of the packet, 1 for Ethernet. */
  readonly linkType?: number;
}
