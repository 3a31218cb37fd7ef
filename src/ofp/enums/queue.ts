/** OpenFlow 1.3.5 §7.2.2 and §7.3.5.8: queue ids and rates with a meaning of their own. */
export const Queue = {
  /** OFPQ_ALL: every queue, in statistics requests. */
  all: 0xffffffff,
  /** A minimum rate that is not configured. */
  minRateUncfg: 0xffff,
  /** A maximum rate that is not configured. */
  maxRateUncfg: 0xffff,
} as const;
export type Queue = (typeof Queue)[keyof typeof Queue];

/** OpenFlow 1.3.5 §7.2.2, enum ofp_queue_properties. */
export const QueueProperties = { minRate: 1, maxRate: 2, experimenter: 0xffff } as const;
export type QueueProperties = (typeof QueueProperties)[keyof typeof QueueProperties];
